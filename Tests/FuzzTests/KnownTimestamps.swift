import Foundation
import Merkle
import Timestamping

/// Answers of authorities that were played, and the authorities that are trusted for them.
///
/// What they have signed is genuine, and nothing else. `Tools/fuzz.d/timestamps` makes them.
struct KnownTimestamps: Sendable {
    /// Read once: thousands of inputs are compared with them.
    static let shared = KnownTimestamps()

    /// What the answers answer.
    static let query = TimestampQuery(
        digest: .sha256(Array("a head".utf8)), nonce: 0x0123_4567_89ab_cdef)

    /// When tokens are checked: after all of them.
    static let later: UInt64 = 4_000_000_000

    /// All answers, good and bad.
    let replies: [[UInt8]]

    /// The certificates that are trusted, in PEM.
    let trusted: [UInt8]

    /// The same, read; nil where the files are not there.
    let authorities: TimestampAuthorities?

    /// What the good answers say.
    let statements: Set<Statement>

    /// When the answers are checked: when they were given.
    let moment: UInt64

    /// What an authority has said, whatever the bytes around it.
    struct Statement: Hashable {
        let time, bound, certificateExpires: UInt64
        let authority, policy, serial: String

        init(_ token: CheckedToken) {
            (time, bound, certificateExpires) = (token.time, token.bound, token.certificateExpires)
            (authority, policy, serial) = (token.authority, token.policy, token.serial)
        }
    }

    private init() {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Timestamps")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        func bytes(_ name: String) -> [UInt8] {
            (try? Data(contentsOf: folder.appending(path: name))).map(Array.init) ?? []
        }
        replies = names.filter { $0.hasSuffix(".tsr") }.sorted().map(bytes)
        trusted = bytes("trusted.pem")
        let authorities = try? TimestampAuthorities(pem: trusted)
        self.authorities = authorities
        // The status of a good answer takes five bytes, and its length four.
        let tokens = replies.compactMap { try? TimestampToken(Array($0.dropFirst(9))) }
        let checked = tokens.compactMap { token in
            authorities.flatMap {
                try? token.check(digest: Self.query.digest, by: $0, now: Self.later)
            }
        }
        statements = Set(checked.map(Statement.init))
        moment = checked.map(\.time).min() ?? 0
    }
}
