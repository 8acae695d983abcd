// @vitest-environment node
/** What the production bundle holds, and that the page keeps the security policy: no inline style, no inline script. */
import { join } from 'node:path';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

type Emitted = { fileName: string; text: string };
let emitted: Emitted[] = [];

beforeAll(async () => {
	const root = join(import.meta.dirname, '..');
	const built = await build({
		root,
		configFile: join(root, 'vite.config.ts'),
		mode: 'production',
		logLevel: 'silent',
		build: { write: false },
	});
	const outputs = Array.isArray(built) ? built.flatMap((one) => one.output) : 'output' in built ? built.output : [];
	emitted = outputs.map((file) => ({
		fileName: file.fileName,
		text: file.type === 'chunk' ? file.code : typeof file.source === 'string' ? file.source : '',
	}));
}, 120_000);

const all = (extension: string) => emitted.filter((file) => file.fileName.endsWith(extension));

describe('the production bundle', () => {
	it('has the app and no invented customers', () => {
		const code = all('.js')
			.map((file) => file.text)
			.join('\n');
		expect(code).toContain('connection-form');
		expect(code).not.toContain('Айгерим');
		expect(code).not.toContain('@example.com');
		expect(emitted.filter((file) => /fake|development/.test(file.fileName))).toEqual([]);
	});

	it('keeps the content security policy', () => {
		const [page] = all('.html');
		expect(page?.text).toContain('<div id="app">');
		expect(page?.text).not.toMatch(/<style|\sstyle=|\son\w+=/);
		expect(page?.text).not.toMatch(/<script(?![^>]*\ssrc=)/);
		for (const sheet of all('.css')) expect(sheet.text).not.toMatch(/url\(["']?(data:|https?:)/);
	});

	it('has the fonts of the four scripts', () => {
		const fonts = all('.woff2').map((file) => file.fileName);
		for (const script of ['cyrillic-wght', 'cyrillic-ext', 'latin-wght', 'latin-ext']) {
			expect(
				fonts.some((name) => name.includes(script)),
				script,
			).toBe(true);
		}
	});
});
