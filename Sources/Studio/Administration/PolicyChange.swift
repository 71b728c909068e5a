package import Manifests
import Provenance

/// A ledger's policy is replaced by another.
package struct PolicyChange: ControlChange {
    /// The whole of the new policy; keys and origin stay as they are in entry 0.
    package let settings: PolicyManifest.Settings

    /// Creates a change.
    package init(to settings: PolicyManifest.Settings) {
        self.settings = settings
    }

    /// Returns what is to be logged; nothing where that is the policy already.
    package func step(
        on log: ControlLog, _ fresh: Freshness
    ) throws(AdministrationError) -> ControlStep {
        if log.registry.policy.settings == settings,
            let entry = log.newest({ $0.predicateType == PredicateType.policy })
        {
            return .done(entry)
        }
        do throws(Refusal) {
            return .log(
                try log.registry.policy.replacing(settings: settings, nonce: fresh.nonce))
        } catch {
            throw .refused(error)
        }
    }
}
