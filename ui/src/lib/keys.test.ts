import { describe, expect, it, vi } from 'vitest';
import { chordKeys, hint, isWriting, pressed, SHORTCUT_IDS, SHORTCUTS } from './keys';

const press = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init);
const on = (platform: string) => vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform);

describe('a chord', () => {
	it('is Ctrl here and Cmd on a Mac', () => {
		on('Linux x86_64');
		expect(pressed(press({ key: 'k', code: 'KeyK', ctrlKey: true }), 'search')).toBe(true);
		expect(pressed(press({ key: 'k', code: 'KeyK', metaKey: true }), 'search')).toBe(false);
		expect(hint('search')).toBe('Ctrl K');
		on('MacIntel');
		expect(pressed(press({ key: 'k', code: 'KeyK', metaKey: true }), 'search')).toBe(true);
		expect(pressed(press({ key: 'k', code: 'KeyK', ctrlKey: true }), 'search')).toBe(false);
		expect(hint('search')).toBe('⌘K');
	});

	it('is told by the place of the key on a layout of another script', () => {
		on('Linux x86_64');
		expect(pressed(press({ key: 'л', code: 'KeyK', ctrlKey: true }), 'search')).toBe(true);
		expect(pressed(press({ key: 'б', code: 'Comma', ctrlKey: true }), 'settings')).toBe(true);
	});

	it('is told by the letter on a Latin layout, wherever its key is', () => {
		on('Linux x86_64');
		expect(pressed(press({ key: 't', code: 'KeyK', ctrlKey: true }), 'search')).toBe(false);
		expect(pressed(press({ key: 'k', code: 'KeyV', ctrlKey: true }), 'search')).toBe(true);
	});

	it('is not there with another modifier, or without its own', () => {
		on('Linux x86_64');
		expect(pressed(press({ key: 'k', code: 'KeyK', ctrlKey: true, altKey: true }), 'search')).toBe(false);
		expect(pressed(press({ key: 'k', code: 'KeyK' }), 'search')).toBe(false);
		expect(pressed(press({ key: '?', code: 'Slash', shiftKey: true }), 'help')).toBe(true);
	});
});

describe('writing', () => {
	it('is told from pointing', () => {
		const typed = (element: HTMLElement) => {
			let answer: boolean | null = null;
			document.body.append(element);
			element.addEventListener('keydown', (event) => {
				answer = isWriting(event);
			});
			element.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
			element.remove();
			return answer;
		};
		expect(typed(document.createElement('input'))).toBe(true);
		expect(typed(document.createElement('textarea'))).toBe(true);
		expect(typed(document.createElement('button'))).toBe(false);
		expect(typed(Object.assign(document.createElement('input'), { type: 'radio' }))).toBe(false);
	});
});

describe('the table', () => {
	it('names every shortcut and gives it keys', () => {
		for (const id of SHORTCUT_IDS) {
			expect(SHORTCUTS[id].title()).toMatch(/\p{L}/u);
			expect(
				chordKeys(id)
					.flat()
					.every((key) => key.length > 0),
			).toBe(true);
		}
	});
});
