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

/** The officer's own name for it, or `Love&Pay · live`. */
export function connectionName(
	connection: Pick<ConnectionView, 'label' | 'provider' | 'environment'>,
	providers: readonly ProviderDescription[],
): string {
	if (connection.label.trim()) return connection.label.trim();
	return `${providerName(connection.provider, providers)} · ${environmentName(connection.environment)}`;
}
