/** What every component test stands on: matchers, the language, and the parts of a browser that jsdom lacks. */
import '@testing-library/jest-dom/vitest';
import { beforeEach, vi } from 'vitest';
import { setLanguage } from '$lib/settings/language.svelte';

class QuietResizeObserver implements ResizeObserver {
	observe(): void {}
	unobserve(): void {}
	disconnect(): void {}
}

vi.stubGlobal('ResizeObserver', QuietResizeObserver);

if (!window.matchMedia) {
	window.matchMedia = (query: string): MediaQueryList =>
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
}

Element.prototype.scrollIntoView ??= () => {};
Element.prototype.animate ??= () => ({ cancel: () => {}, finished: Promise.resolve(), onfinish: null }) as unknown as Animation;

beforeEach(() => {
	setLanguage('en');
});
