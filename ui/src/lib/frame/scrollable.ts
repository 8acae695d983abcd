/** Lets the keyboard reach a text that is longer than its box, and no other. */
export function scrollable(element: HTMLElement): () => void {
	const measure = (): void => {
		if (element.scrollHeight > element.clientHeight + 1) element.tabIndex = 0;
		else element.removeAttribute('tabindex');
	};
	const observer = new ResizeObserver(measure);
	observer.observe(element);
	return () => observer.disconnect();
}
