public import Encoding

/// What SLSA provenance says about a build, in version 1 or 0.2: who built what from where.
///
/// Everything here is a claim of the build service. The card of a foreign type shows none of it.
public struct BuildFacts: Hashable, Sendable {
    /// The URI of the build service.
    public let builder: Text?

    /// Where the source came from.
    public let source: Text?

    /// The commit of the source, in hexadecimal.
    public let commit: Text?

    /// Reads what there is; nil for a manifest that is no SLSA provenance.
    public init?(_ manifest: Manifest) {
        let predicate = JSON.object(manifest.predicate)
        switch manifest.predicateType {
        case PredicateType.slsaProvenance: self.init(version1: predicate)
        case PredicateType.slsaProvenance02: self.init(version02: predicate)
        default: return nil
        }
    }

    /// Version 1: the resolved dependency that is the source says more than the parameters, which
    /// are of each service's own form.
    private init(version1 predicate: JSON) {
        let definition = predicate["buildDefinition"]
        let dependencies = definition?["resolvedDependencies"]?.array ?? []
        let parameters = definition?["externalParameters"]
        let repository =
            parameters?["workflow"]?["repository"] ?? parameters?["buildConfigSource"]?[
                "repository"]
            ?? parameters?["source"]?["uri"] ?? parameters?["source"]
        let found = dependencies.first { Self.commit(of: $0) != nil }
        builder = predicate["runDetails"]?["builder"]?["id"]?.text
        source = found?["uri"]?.text ?? repository?.text ?? dependencies.first?["uri"]?.text
        commit = found.flatMap { Self.commit(of: $0) }
    }

    /// Version 0.2: the source that the configuration came from, else the first material that is
    /// one.
    private init(version02 predicate: JSON) {
        let configuration = predicate["invocation"]?["configSource"]
        let materials = predicate["materials"]?.array ?? []
        let candidates = (configuration.map { [$0] } ?? []) + materials
        let found = candidates.first { Self.commit(of: $0) != nil }
        builder = predicate["builder"]?["id"]?.text
        source = found?["uri"]?.text ?? candidates.compactMap { $0["uri"]?.text }.first
        commit = found.flatMap { Self.commit(of: $0) }
    }

    /// Returns the commit of a source: its name is `gitCommit` in in-toto, and was `sha1` before.
    private static func commit(of source: JSON) -> Text? {
        if let commit = source["digest"]?["gitCommit"]?.text { return commit }
        guard source["uri"]?.text?.hasPrefix("git+") == true else { return nil }
        return source["digest"]?["sha1"]?.text
    }
}
