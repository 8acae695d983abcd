/**
 * For tests: a grid on an imitation of a screen, with a scripted directory behind it. The names stand for the grid of the
 * test that runs, and are set anew by {@link show}.
 */
import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet, flushSync } from 'svelte';
import { afterEach, beforeEach, vi } from 'vitest';
import { ScriptedDirectory, settle } from '$lib/search/scripted-directory';
import { SearchSession } from '$lib/search/session.svelte';
import CustomerGrid from './CustomerGrid.svelte';
import { type ShownColumn, shownColumns } from './columns';

/** What jsdom has no layout for: ten rows of 34 pixels below a header of 33. */
const HEADER = 33;
export const SCREEN = 10 * 34;

export let directory: ScriptedDirectory;
export let session: SearchSession;
export let grid: HTMLElement;
export let view: ReturnType<typeof render>;
/** The columns as they were to be remembered, the latest last. */
export let remembered: ShownColumn[][];
/** How often the selection was to be copied. */
export let copies: number;
let textHeight: number;

/** For the head of a test file: every test has a screen, and what it has shown ends with it. */
export function onAScreen(): void {
	// Each of these draws hundreds of cells in a slow imitation of a browser.
	vi.setConfig({ testTimeout: 60_000 });
	beforeEach(() => {
		vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function (this: HTMLElement) {
			return this.getAttribute('role') === 'grid' ? SCREEN + HEADER : textHeight;
		});
		vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(700);
		vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(HEADER);
		remembered = [];
		textHeight = 18;
		copies = 0;
	});
	afterEach(() => {
		session.stop();
		vi.useRealTimers();
	});
}

/** Text of twice the usual size, for a grid that is shown after that. */
export function enlargeText(): void {
	textHeight = 36;
}

export async function show(size: number, prepare: (directory: ScriptedDirectory) => void = () => {}): Promise<void> {
	directory = new ScriptedDirectory(size, { prompt: true });
	prepare(directory);
	session = new SearchSession(directory);
	const empty = createRawSnippet(() => ({ render: () => '<p>Nobody</p>' }));
	const oncopy = (): void => {
		copies += 1;
	};
	const oncolumns = (columns: ShownColumn[]): void => {
		remembered.push(columns);
		void view.rerender({ columns });
	};
	view = render(CustomerGrid, { session, providers: [], columns: shownColumns([], new Set()), oncolumns, oncopy, empty });
	grid = screen.getByRole('grid');
	await session.start();
	await drawn();
}

export async function drawn(): Promise<void> {
	await settle();
	flushSync();
	await settle();
	flushSync();
}

export const rows = (): HTMLElement[] => [...grid.querySelectorAll<HTMLElement>('[data-index]')];
export const rowAt = (index: number): HTMLElement => {
	const row = rows().find((one) => one.dataset.index === String(index));
	if (row === undefined) throw new Error(`row ${index} is not drawn`);
	return row;
};
/** Where a row's upper edge is on screen, below the header. */
export const screenTop = (index: number): number => Number(/-?\d+/.exec(rowAt(index).style.transform)?.[0]) - grid.scrollTop;
export const active = (): HTMLElement | null => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
export const results = (): HTMLElement => screen.getByTestId('results');
export const header = (column: string): HTMLElement => grid.querySelector(`[role=columnheader][data-col=${column}]`) as HTMLElement;

export async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
	await fireEvent.keyDown(grid, { key, ...more });
	await drawn();
}
export async function scrollTo(top: number): Promise<void> {
	grid.scrollTop = top;
	await fireEvent.scroll(grid);
	await drawn();
}
