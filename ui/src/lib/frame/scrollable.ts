const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex]';

/** Lets the keyboard reach a text that is longer than its box, and no other: what has something to focus in it is scrolled by that. */
export function scrollable(element: HTMLElement): () => void {
	const measure = (): void => {
		const reachable = element.querySelector(FOCUSABLE) !== null;
		if (!reachable && element.scrollHeight > element.clientHeight + 1) element.tabIndex = 0;
		else element.removeAttribute('tabindex');
	};
	const observer = new ResizeObserver(measure);
	observer.observe(element);
	return () => observer.disconnect();
}
