import Manifests
import Merkle

/// Whether the statement names the file that the answer is about (verification.md §4).
///
/// Takes the statement and the file's digest.
struct ArtifactMatch {
    /// What was found about the artifact.
    let finding: Finding

    /// Compares `artifact`, a file's SHA-256 or nil where none was given, with `statement`.
    ///
    /// A type about something that has a URI has that URI's digest as its subject: it names no
    /// file, not even one that holds just the URI.
    init(of artifact: Hash?, in statement: Statement) {
        let type = statement.predicate
        let isAboutFiles = PredicateType.hasArtifact(type)
        guard let artifact else {
            finding =
                isAboutFiles
                ? Finding(.artifact, .notChecked, "no artifact was given")
                : Finding(.artifact, .absent, "a \(type) has no artifact")
            return
        }
        let isSubject = statement.subjectDigests.contains(artifact)
        finding =
            if statement.manifestDigest == artifact {
                Finding(.artifact, .ok, "is the manifest that the statement names")
            } else if isSubject, isAboutFiles {
                Finding(.artifact, .ok, "has SHA-256 \(artifact), which the statement names")
            } else if isSubject, !PredicateType.isKnown(type) {
                Finding(.artifact, .unknown, "whether a \(type) names files is not known here")
            } else if isAboutFiles {
                Finding(
                    .artifact, .refuted,
                    "has SHA-256 \(artifact), which this statement is not about")
            } else {
                Finding(
                    .artifact, .refuted,
                    "has SHA-256 \(artifact); a \(type) names none but its manifest")
            }
    }
}
