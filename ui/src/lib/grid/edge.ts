/** Dragging the edge of a column header. */
import type { Attachment } from 'svelte/attachments';

type Edge = {
	/** The column's width when the drag begins, in CSS pixels. */
	width: () => number;
	/** A width on the way. */
	onwidth: (width: number) => void;
	/** The width at the end of the drag. */
	onend: (width: number) => void;
	/** The edge was double-clicked. */
	onreset: () => void;
};

/** Makes an element the edge of a column: it follows the pointer that took it, also outside the element. */
export function edge(of: Edge): Attachment<HTMLElement> {
	return (element) => {
		let drag: { pointer: number; from: number; width: number } | null = null;
		const take = (event: PointerEvent): void => {
			if (event.button !== 0) return;
			event.preventDefault();
			// Nor is pulling the edge carrying the header.
			event.stopPropagation();
			element.setPointerCapture?.(event.pointerId);
			drag = { pointer: event.pointerId, from: event.clientX, width: of.width() };
		};
		const pull = (event: PointerEvent): void => {
			if (drag?.pointer === event.pointerId) of.onwidth(drag.width + event.clientX - drag.from);
		};
		const leave = (event: PointerEvent): void => {
			if (drag?.pointer !== event.pointerId) return;
			const { from, width } = drag;
			drag = null;
			if (event.clientX !== from) of.onend(width + event.clientX - from);
		};
		const controller = new AbortController();
		const { signal } = controller;
		element.addEventListener('pointerdown', take, { signal });
		element.addEventListener('pointermove', pull, { signal });
		element.addEventListener('pointerup', leave, { signal });
		element.addEventListener('pointercancel', leave, { signal });
		element.addEventListener('dblclick', of.onreset, { signal });
		// A click on the edge is not a click on the header, which would sort.
		element.addEventListener('click', (event) => event.stopPropagation(), { signal });
		return () => controller.abort();
	};
}
