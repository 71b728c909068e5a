import Foundation
import Processes

/// What libcrypto needs for the signatures of a token of ``BenchAuthority``, as its own program
/// measures it.
enum TokenLimit {
    /// Signatures that a token rests on: the authority's own, and the root's of its certificate.
    static let signatures = 2

    /// What one check of an ECDSA signature (P-256) computes, in seconds.
    static func signatureSeconds() throws -> Double {
        let output = try Child.run("openssl", ["speed", "-mr", "-seconds", "1", "ecdsap256"])
        // +F4:NUMBER:256:SIGNATURES A SECOND:CHECKS A SECOND
        let line = output.split(separator: "\n").first { $0.hasPrefix("+F4:") }
        guard let rate = line?.split(separator: ":").last.flatMap({ Double($0) }), rate > 1
        else { throw BenchError("openssl speed says: \(output)") }
        return 1 / rate
    }
}
