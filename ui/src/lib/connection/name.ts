/** What connections and environments are called. */
import type { ConnectionView, Environment, ProviderDescription } from '$lib/backend/bindings';
import { m } from '$paraglide/messages.js';

const ENVIRONMENTS: Record<Environment, () => string> = {
	live: m.connection_environment_name_live,
	sandbox: m.connection_environment_name_sandbox,
	custom: m.connection_environment_name_custom,
};

export function environmentName(environment: Environment): string {
	return ENVIRONMENTS[environment]();
}

/** The provider's proper name; its id where this version does not know it. */
export function providerName(id: string, providers: readonly ProviderDescription[]): string {
	return providers.find((provider) => provider.id === id)?.name ?? id;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Where a typed address leads: the built-in or a developer's sandbox on this computer, else its host. */
function placeName(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return environmentName('custom');
	const url = new URL(baseUrl);
	return LOOPBACK.test(url.hostname) ? m.connection_place_this_computer() : url.host;
}

/** The officer's own name for it, or `Love&Pay · live`. */
export function connectionName(
	connection: Pick<ConnectionView, 'label' | 'provider' | 'environment' | 'baseUrl'>,
	providers: readonly ProviderDescription[],
): string {
	if (connection.label.trim()) return connection.label.trim();
	const place = connection.environment === 'custom' ? placeName(connection.baseUrl) : environmentName(connection.environment);
	return `${providerName(connection.provider, providers)} · ${place}`;
}
