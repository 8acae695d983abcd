import { describe, expect, it } from 'vitest';
import { seal } from './sealing';

/** What the desktop process does, in the browser's terms. */
async function open(pair: CryptoKeyPair, sealed: string): Promise<string> {
	const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
	const curve = { name: 'ECDH', namedCurve: 'P-256' };
	const point = await crypto.subtle.importKey('raw', bytes.slice(0, 65), curve, false, []);
	const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: point }, pair.privateKey, 256);
	const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
	const info = new TextEncoder().encode('vouch typed secret');
	const key = await crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
		material,
		{ name: 'AES-GCM', length: 256 },
		false,
		['decrypt'],
	);
	const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(65, 77) }, key, bytes.slice(77));
	return new TextDecoder().decode(text);
}

async function keyPair(): Promise<[CryptoKeyPair, string]> {
	const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
	const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
	return [pair, btoa(String.fromCharCode(...point))];
}

describe('a typed secret', () => {
	it.each(['', 'sk_live_1', 'пароль и 密码', 'x'.repeat(5_000)])('is opened by the one it is sealed to: %.12s', async (text) => {
		const [pair, to] = await keyPair();
		const sealed = await seal(to, text);
		expect(await open(pair, sealed)).toBe(text);
		if (text) expect(atob(sealed)).not.toContain(text);
	});

	it('is never sealed the same way twice, and opened by nobody else', async () => {
		const [, to] = await keyPair();
		const [other] = await keyPair();
		const sealed = await seal(to, 'sk_live_1');
		expect(await seal(to, 'sk_live_1')).not.toBe(sealed);
		await expect(open(other, sealed)).rejects.toThrow();
	});
});
