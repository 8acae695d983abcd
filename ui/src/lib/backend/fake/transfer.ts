/** Invented files of exported connections, and a small reader of pasted lines. */
import { ProblemError } from '../backend';
import type { ConnectionView, ExportDone, ExportOrder, ImportItem, ImportPreview } from '../bindings';
import { FAKE_PROVIDERS, knownAddress } from './connections';
import { refuseWeak } from './protection';

type File = { passphrase: string; items: ImportItem[] };

/** `ANYTHING_KEY=value`, `export X: "value"`, a JSON line. */
const LINE = /^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*["']?([^"',]+?)["']?,?\s*$/;

export class FakeTransfer {
	readonly files = new Map<string, File>();
	#waiting = new Map<number, ImportItem[]>();
	#next = 1;

	write(order: ExportOrder, connections: readonly ConnectionView[]): ExportDone {
		refuseWeak(order.passphrase);
		if (this.files.has(order.path) && !order.replace) throw new ProblemError({ code: 'file_exists', words: null });
		const items = connections.filter(({ id }) => order.connections.includes(id)).map((one) => itemOf(one));
		this.files.set(order.path, { passphrase: order.passphrase, items });
		return { path: order.path, connections: items.length };
	}

	read(path: string, passphrase: string, connections: readonly ConnectionView[]): ImportPreview {
		const file = this.files.get(path);
		if (!file) throw new ProblemError({ code: 'file_missing', words: null });
		if (file.passphrase !== passphrase) throw new ProblemError({ code: 'passphrase_wrong', until: null, words: null });
		return this.#keep(file.items, connections);
	}

	readSnippet(text: string, connections: readonly ConnectionView[]): ImportPreview {
		const found = new Map<string, string>();
		for (const line of text.split(/\r?\n/)) {
			const [, name = '', value = ''] = LINE.exec(line) ?? [];
			if (/secret/i.test(name)) found.set('secret', value);
			else if (/key/i.test(name)) found.set('key', value);
			else if (/url|address/i.test(name)) found.set('url', value);
		}
		if (found.size === 0) return this.#keep([], connections);
		const key = found.get('key') ?? '';
		const provider = FAKE_PROVIDERS.find(({ keyPrefix }) => keyPrefix !== null && key.startsWith(keyPrefix))?.id ?? null;
		const environment = key.includes('test') ? 'sandbox' : 'live';
		const baseUrl = found.get('url') ?? (provider ? (knownAddress({ provider, environment }) ?? '') : '');
		const fault = !key ? 'key_missing' : !found.has('secret') ? 'secret_missing' : !provider ? 'provider_unknown' : null;
		return this.#keep([{ provider, environment, label: '', baseUrl, keyTail: key.slice(-4), fault, existing: null }], connections);
	}

	/** The items of a preview, which is gone after that. */
	take(id: number): ImportItem[] {
		const items = this.#waiting.get(id);
		if (!items) throw new ProblemError({ code: 'result_gone', words: null });
		this.#waiting.delete(id);
		return items;
	}

	discard(id: number): void {
		this.#waiting.delete(id);
	}

	get waiting(): number {
		return this.#waiting.size;
	}

	#keep(items: readonly ImportItem[], connections: readonly ConnectionView[]): ImportPreview {
		const id = this.#next++;
		const same = (item: ImportItem) =>
			connections.find((one) => one.provider === item.provider && one.baseUrl === item.baseUrl && one.keyTail === item.keyTail)?.id;
		const matched = items.map((item) => ({ ...item, existing: item.keyTail ? (same(item) ?? null) : null }));
		this.#waiting.set(id, matched);
		return { id, items: matched };
	}
}

function itemOf({ provider, environment, label, baseUrl, keyTail }: ConnectionView): ImportItem {
	return { provider, environment, label, baseUrl, keyTail, fault: null, existing: null };
}
