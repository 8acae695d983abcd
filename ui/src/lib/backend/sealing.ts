/**
 * Seals what a person typed to the desktop process, so that on its way there it is readable to nobody: an ECDH key pair for
 * each secret (P-256), HKDF-SHA-256, AES-256-GCM. The other half, and what it is for, is src-tauri/src/ipc/typed.rs.
 */

/** What the derived key is for; the same words stand in typed.rs. */
const PURPOSE = 'vouch typed secret';

/** Seals `text` to the public key `to`, the base64 of an uncompressed point; answers with base64. */
export async function seal(to: string, text: string): Promise<string> {
	const curve = { name: 'ECDH', namedCurve: 'P-256' };
	const theirs = await crypto.subtle.importKey('raw', bytesOf(to), curve, false, []);
	const mine = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
	const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256);
	const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
	const key = await crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode(PURPOSE) },
		material,
		{ name: 'AES-GCM', length: 256 },
		false,
		['encrypt'],
	);
	const nonce = crypto.getRandomValues(new Uint8Array(12));
	const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(text));
	const point = await crypto.subtle.exportKey('raw', mine.publicKey);
	return base64Of([new Uint8Array(point), nonce, new Uint8Array(sealed)]);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64Of(parts: readonly Uint8Array[]): string {
	let characters = '';
	for (const part of parts) for (const byte of part) characters += String.fromCharCode(byte);
	return btoa(characters);
}
