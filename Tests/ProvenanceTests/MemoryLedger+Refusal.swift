import Encoding
import Manifests
import Provenance
import TestLog

extension MemoryLedger {
    /// Why the registry refuses a control manifest that is signed now; nil where it takes it.
    mutating func refusal(
        of manifest: Manifest, by signer: SigningKey? = nil, issuer: Text? = nil,
        issuedAt: UInt64 = start
    ) throws -> Refusal? {
        let statement = try control(manifest, by: signer, issuer: issuer, issuedAt: issuedAt)
        return ProvenanceTests.refusal {
            var registry = registry
            try registry.apply(statement, at: size)
        }
    }
}
