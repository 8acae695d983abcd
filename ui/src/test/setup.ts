/** What every component test stands on: matchers, the language, and the parts of a browser that jsdom lacks. */
import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { setLanguage } from '$lib/settings/language.svelte';

// How long a test waits for something to appear before it fails; a busy machine is no failure.
configure({ asyncUtilTimeout: 20_000 });

class QuietResizeObserver implements ResizeObserver {
	observe(): void {}
	unobserve(): void {}
	disconnect(): void {}
}

if (typeof window !== 'undefined') {
	vi.stubGlobal('ResizeObserver', QuietResizeObserver);

	window.matchMedia ??= (query: string): MediaQueryList =>
		({
			matches: false,
			media: query,
			onchange: null,
			addEventListener: () => {},
			removeEventListener: () => {},
			addListener: () => {},
			removeListener: () => {},
			dispatchEvent: () => false,
		}) as MediaQueryList;

	Element.prototype.scrollIntoView ??= () => {};
	Element.prototype.animate ??= () => ({ cancel: () => {}, finished: Promise.resolve(), onfinish: null }) as unknown as Animation;
	Element.prototype.setPointerCapture ??= () => {};
	Element.prototype.releasePointerCapture ??= () => {};

	// jsdom hides what is not yet popped up, and has no way to do so.
	HTMLElement.prototype.showPopover ??= function (this: HTMLElement) {
		this.style.display = 'block';
	};

	// jsdom has the element without its methods. Escape is the engine's: it fires `cancel` first.
	HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
		this.open = true;
		this.addEventListener('keydown', (event) => {
			if (event.key === 'Escape' && !event.defaultPrevented) this.dispatchEvent(new Event('cancel', { cancelable: true }));
		});
	};
	HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
		this.open = false;
		this.dispatchEvent(new Event('close'));
	};
}

/** What Svelte has warned of: each is something that goes wrong one day, such as reading what no longer counts. */
const warnings: string[] = [];
const page = console;
const { warn } = page;
page.warn = (...said: unknown[]): void => {
	if (String(said[0]).includes('svelte.dev/e/')) warnings.push(String(said[0]));
	warn.apply(page, said);
};

beforeEach(() => {
	setLanguage('en');
});
const warnsOfNothing = (): void => expect(warnings.splice(0), 'Svelte warns of nothing').toEqual([]);
afterEach(warnsOfNothing);
// What comes later than its own test.
afterAll(warnsOfNothing);
