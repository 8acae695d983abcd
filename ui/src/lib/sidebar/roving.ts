/** Moves the focus through a list with the arrow keys, Home and End, so that a list is one tab stop. */
export function moveAmong(event: KeyboardEvent, list: HTMLElement, selector: string): void {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	const stops = [...list.querySelectorAll<HTMLElement>(selector)];
	const at = stops.indexOf(document.activeElement as HTMLElement);
	if (at < 0) return;
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
	if (to === undefined) return;
	event.preventDefault();
	stops[Math.max(0, Math.min(to, stops.length - 1))]?.focus();
}
