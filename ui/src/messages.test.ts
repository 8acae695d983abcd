/** The three languages say the same things, and no component says anything that is not a message. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const LANGUAGES = ['en', 'ru', 'es'] as const;

type Variants = { declarations?: string[]; selectors?: string[]; match: Record<string, string> };
type Catalogue = Record<string, string | Variants[]>;

const catalogues = Object.fromEntries(
	LANGUAGES.map((language) => [language, JSON.parse(readFileSync(join(root, 'messages', `${language}.json`), 'utf8')) as Catalogue]),
) as Record<(typeof LANGUAGES)[number], Catalogue>;

function texts(message: string | Variants[]): string[] {
	return typeof message === 'string' ? [message] : message.flatMap((variants) => Object.values(variants.match));
}

/** The parameters that a message is called with. */
function inputs(message: string | Variants[]): string[] {
	const used = texts(message).flatMap((text) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name));
	const declared =
		typeof message === 'string'
			? []
			: message.flatMap((variants) =>
					(variants.declarations ?? []).filter((line) => line.startsWith('input ')).map((line) => line.slice(6)),
				);
	return [...new Set([...used, ...declared])].sort();
}

/** The plural forms that a language has, besides the one that stands for all others. */
const FORMS = { en: ['one'], ru: ['one', 'few'], es: ['one'] } as const;

describe('the languages', () => {
	const keys = Object.keys(catalogues.en).filter((key) => key !== '$schema');

	it('have the same messages', () => {
		for (const language of LANGUAGES) {
			expect(
				Object.keys(catalogues[language])
					.filter((key) => key !== '$schema')
					.sort(),
				language,
			).toEqual([...keys].sort());
		}
	});

	it.each(keys)('%s takes the same parameters everywhere and is nowhere empty', (key) => {
		const expected = inputs(catalogues.en[key] ?? '');
		for (const language of LANGUAGES) {
			const message = catalogues[language][key] ?? '';
			expect(inputs(message), `${language}: ${key}`).toEqual(expected);
			for (const text of texts(message)) expect(text.trim(), `${language}: ${key}`).not.toBe('');
		}
	});

	it.each(LANGUAGES)('%s has its plural forms wherever something is counted', (language) => {
		for (const [key, message] of Object.entries(catalogues[language])) {
			if (typeof message === 'string') continue;
			for (const variants of message) {
				const local = variants.declarations?.find((line) => line.startsWith('local ') && line.includes('plural'))?.split(/[\s:]+/)[1];
				if (!local) continue;
				for (const form of FORMS[language]) {
					expect(
						Object.keys(variants.match).some((condition) => condition.includes(`${local}=${form}`)),
						`${key} lacks ${form}`,
					).toBe(true);
				}
				expect(
					Object.keys(variants.match).some((condition) => condition.includes(`${local}=*`) || condition.includes(`${local}=other`)),
					key,
				).toBe(true);
			}
		}
	});

	it('are different languages: no Cyrillic outside Russian, and Russian is written in it', () => {
		const plain = (catalogue: Catalogue) => Object.values(catalogue).flatMap(texts);
		expect(plain(catalogues.en).filter((text) => /\p{Script=Cyrillic}/u.test(text))).toEqual([]);
		expect(plain(catalogues.es).filter((text) => /\p{Script=Cyrillic}/u.test(text))).toEqual([]);
		const latin = Object.entries(catalogues.ru).filter(([, message]) =>
			texts(message).some((text) => /\p{L}{4,}/u.test(text.replace(/\{\w+\}|E-mail|e-mail/g, '')) && !/\p{Script=Cyrillic}/u.test(text)),
		);
		expect(latin.map(([key]) => key)).toEqual([]);
	});
});

function files(folder: string, extension: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(extension))
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => !path.includes('paraglide'));
}

type Node = { type: string; [key: string]: unknown };

/** Calls `visit` for every node of a component's markup, not of its script. */
function walk(node: unknown, visit: (node: Node) => void): void {
	if (Array.isArray(node)) {
		for (const one of node) walk(one, visit);
	} else if (typeof node === 'object' && node !== null && 'type' in node) {
		visit(node as Node);
		for (const value of Object.values(node)) if (typeof value === 'object') walk(value, visit);
	}
}

/** The literal texts that markup puts on screen, or into an attribute that is spoken. */
function spoken(node: unknown): string[] {
	if (Array.isArray(node)) return node.flatMap(spoken);
	if (typeof node !== 'object' || node === null || !('type' in node)) return [];
	const { type, ...parts } = node as Node;
	switch (type) {
		case 'Text':
			return [String(parts.data)];
		case 'ExpressionTag':
			return outcomes(parts.expression);
		case 'Attribute':
			return SPOKEN.includes(String(parts.name)) ? spoken(parts.value) : [];
		case 'StyleDirective':
		case 'ClassDirective':
			return [];
		default:
			return Object.entries(parts).flatMap(([key, value]) => (key === 'expression' || key === 'test' ? [] : spoken(value)));
	}
}

/** The literal texts that an expression may come to. */
function outcomes(expression: unknown): string[] {
	const { type, ...parts } = expression as Node;
	switch (type) {
		case 'Literal':
			return typeof parts.value === 'string' ? [parts.value] : [];
		case 'TemplateLiteral':
			return (parts.quasis as { value: { cooked: string } }[]).map((quasi) => quasi.value.cooked);
		case 'ConditionalExpression':
			return [...outcomes(parts.consequent), ...outcomes(parts.alternate)];
		case 'LogicalExpression':
			return [...outcomes(parts.left), ...outcomes(parts.right)];
		default:
			return [];
	}
}

/** Attributes that a person sees or hears. */
const SPOKEN = ['title', 'placeholder', 'alt', 'label', 'aria-label', 'aria-description', 'aria-valuetext', 'aria-roledescription'];
/** Proper names and signs that are the same in every language. */
const UNTRANSLATED = /^(Vouch|https:\/\/|[^\p{L}]*)$/u;

const components = files(join(root, 'src'), '.svelte').map((path) => relative(root, path));

describe('the check itself', () => {
	it('sees literal text wherever it can stand', () => {
		const { fragment } = parse(
			`<p title="Seen" class="unseen" style:left="{x}px">Text {open ? 'Yes' : name}{#if a === 'no'}<b aria-label={b ? 'Label' : m.x()}>{m.y()}</b>{/if}</p>`,
			{ modern: true },
		);
		expect(
			spoken(fragment)
				.map((text) => text.trim())
				.filter((text) => !UNTRANSLATED.test(text)),
		).toEqual(['Seen', 'Text', 'Yes', 'Label']);
	});
});

describe.each(components)('%s', (path) => {
	const source = readFileSync(join(root, path), 'utf8');
	const { fragment } = parse(source, { modern: true });

	it('says nothing that is not a message', () => {
		expect(spoken(fragment).filter((text) => !UNTRANSLATED.test(text.trim()))).toEqual([]);
	});

	it('interprets no data as markup and has no style that the security policy refuses', () => {
		const refused: string[] = [];
		walk(fragment, (node) => {
			if (node.type === 'HtmlTag') refused.push('{@html}');
			if (node.type === 'Attribute' && node.name === 'style') {
				const value = Array.isArray(node.value) ? node.value : [node.value];
				if (value.some((part) => (part as Node | undefined)?.type === 'Text')) refused.push('style="…"');
			}
		});
		expect(refused).toEqual([]);
		expect(source).not.toMatch(/\.(inner|outer)HTML|insertAdjacentHTML/);
	});
});

describe('the backend', () => {
	it('is the only place that knows the shell', () => {
		const knowing = [...files(join(root, 'src'), '.ts'), ...files(join(root, 'src'), '.svelte')]
			.filter((path) => /from '@tauri-apps|__TAURI(?!_INTERNALS__' in window)/.test(readFileSync(path, 'utf8')))
			.map((path) => relative(join(root, 'src'), path))
			.filter((path) => path !== 'messages.test.ts');
		expect(knowing.filter((path) => !path.startsWith(join('lib', 'backend')))).toEqual([]);
	});
});
