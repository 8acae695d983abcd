// Runs in the page: notes each key that changes the search field, and when its answer stands there.
const field = document.querySelector('input[data-testid=search]');
const results = document.querySelector('[data-testid=results]');
window.measuredKeys = [];
let pressed = 0;
let watch = null;
field.addEventListener('keydown', () => (pressed = performance.now()), true);
field.addEventListener(
	'input',
	() => {
		const [began, text] = [pressed, field.value];
		// A key whose answer was never shown, because the next came before it, has none: the same text may be typed again later.
		watch?.disconnect();
		const own = new MutationObserver(answered);
		watch = own;
		function answered() {
			if (watch !== own || field.value !== text || results.dataset.busy !== 'false') return;
			own.disconnect();
			watch = null;
			const inPage = performance.now() - began;
			requestAnimationFrame(() =>
				requestAnimationFrame(() => {
					const found = Number(document.querySelector('[data-testid=match-count]').dataset.count);
					window.measuredKeys.push({ text, answered: inPage, painted: performance.now() - began, found });
				}),
			);
		}
		own.observe(results, { attributes: true, attributeFilter: ['data-busy'] });
		// A letter that changes nothing about the question is answered already.
		requestAnimationFrame(answered);
	},
	true,
);
return true;
