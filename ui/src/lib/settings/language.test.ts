import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import LoadingScreen from '$lib/frame/LoadingScreen.svelte';
import { chooseLanguage, setLanguage } from './language.svelte';

describe('the language', () => {
	it('is the one asked for at the start, before the preference, before the system’s', () => {
		expect(chooseLanguage('es', 'ru', ['en-GB'])).toBe('es');
		expect(chooseLanguage(null, 'ru', ['es-ES'])).toBe('ru');
		expect(chooseLanguage(null, null, ['es-MX'])).toBe('es');
	});

	it('is the first of the system’s that there is, and English otherwise', () => {
		expect(chooseLanguage(null, null, ['kk-KZ', 'RU-ru', 'en'])).toBe('ru');
		expect(chooseLanguage(null, null, ['de', 'fr-FR'])).toBe('en');
		expect(chooseLanguage(null, null, [])).toBe('en');
	});

	it('changes texts that are on screen, and the page’s language', async () => {
		render(LoadingScreen);
		expect(screen.getByRole('status')).toHaveTextContent('Opening your customers…');
		setLanguage('ru');
		await tick();
		expect(screen.getByRole('status')).toHaveTextContent('Открываем список клиентов…');
		expect(document.documentElement.lang).toBe('ru');
	});
});
