import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function block(opening: string): Map<string, string> {
	const from = css.indexOf(opening);
	expect(from, `${opening} stands in tokens.css`).toBeGreaterThanOrEqual(0);
	const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
	return new Map(Array.from(body.matchAll(/(--[\w-]+|color-scheme):\s*([^;]+);/g), ([, name = '', value = '']) => [name, value]));
}

const light = block(':root {');
const dark = block(':root[data-theme="dark"] {');
const system = block(':root[data-theme="system"] {');

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
	const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

const TEXT_ON_GROUND: [string, string[]][] = [
	['--text', ['--bg', '--surface', '--raised', '--hover', '--pressed', '--select', '--mark']],
	['--muted', ['--bg', '--surface', '--raised', '--hover', '--pressed', '--select']],
	['--faint', ['--bg', '--surface', '--raised', '--hover']],
	['--accent', ['--bg', '--surface', '--accent-soft', '--select']],
	['--accent-ink', ['--accent', '--accent-hover']],
	['--danger-ink', ['--danger', '--danger-hover']],
	['--ok', ['--ok-bg', '--surface', '--bg']],
	['--wait', ['--wait-bg', '--surface', '--bg']],
	['--bad', ['--bad-bg', '--surface', '--bg']],
	['--none', ['--none-bg', '--surface', '--bg']],
	['--odd', ['--odd-bg', '--surface', '--bg']],
];

/** Marks that are not text: WCAG asks for 3:1. */
const SHAPE_ON_GROUND: [string, string[]][] = [
	['--focus', ['--bg', '--surface', '--raised', '--select']],
	['--provider-loveandpay', ['--surface']],
	['--provider-other', ['--surface']],
];

describe.each([
	['light', light],
	['dark', dark],
] as const)('%s', (_, tokens) => {
	const colour = (name: string): string => {
		const value = tokens.get(name);
		expect(value, `${name} is a six-digit colour`).toMatch(/^#[0-9a-f]{6}$/);
		return value ?? '';
	};

	it.each(TEXT_ON_GROUND.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))(
		'%s on %s can be read',
		(text, ground) => {
			expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
		},
	);

	it.each(SHAPE_ON_GROUND.flatMap(([shape, grounds]) => grounds.map((ground) => [shape, ground] as const)))(
		'%s on %s can be seen',
		(shape, ground) => {
			expect(contrast(colour(shape), colour(ground))).toBeGreaterThanOrEqual(3);
		},
	);
});

describe('the blocks', () => {
	it('are equal for the dark theme and for a dark system', () => {
		expect([...system]).toEqual([...dark]);
	});

	it('give every colour in both themes', () => {
		const colours = [...light].filter(([name, value]) => name.startsWith('--') && /#|rgb/.test(value)).map(([name]) => name);
		expect(colours.length).toBeGreaterThan(30);
		for (const name of colours) expect([...dark.keys()]).toContain(name);
	});
});
