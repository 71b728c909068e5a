import Encoding
import OpenTimestamps
package import Provenance
import Timestamping

/// What checks the evidence in anchors for a collector: tokens by the authorities of the trust kit,
/// proofs by block headers of the collector's own.
package enum KitEvidence {
    /// By how many seconds the time of a Bitcoin block may be wrong.
    ///
    /// A miner may say up to two hours more than the network's clocks do, and no less than the
    /// middle of the last eleven blocks, which is about one hour less.
    package static let blockTolerance: UInt64 = 7_200

    /// Returns the checkers by which a verifier with `kit` judges evidence.
    ///
    /// A kit without authorities gives none for tokens: the level is then passed over. The clock is
    /// asked at each token, for whoever waits for one begins long before it is made.
    ///
    /// - Parameters:
    ///   - headers: those that the collector trusts; nil where none were named.
    ///   - clock: gives POSIX seconds, for tokens from the future.
    /// - Throws: where the kit's certificates cannot be read.
    package static func checkers(
        of kit: TrustKit, headers: NamedHeaders? = nil, clock: @escaping @Sendable () -> UInt64
    ) throws(TrustKitError) -> [EvidenceChecker] {
        let blocks = EvidenceChecker(type: Anchor.openTimestamps) { anchor in
            Self.answer(to: anchor, headers)
        }
        guard let roots = kit.timestampRoots else { return [blocks] }
        return [try tokens(by: roots, clock), blocks]
    }

    /// An authority whose tokens a kit takes, and until when its certificate holds.
    package struct Authority: Hashable, Sendable {
        /// The name in its certificate.
        package let name: String

        /// The end of the certificate, in POSIX seconds.
        package let until: UInt64
    }

    /// Returns the authorities whose tokens `kit` takes, in the order of its file.
    ///
    /// - Throws: where the kit's certificates cannot be read.
    package static func authorities(of kit: TrustKit) throws(TrustKitError) -> [Authority] {
        guard let roots = kit.timestampRoots else { return [] }
        return try authorities(in: roots).members.map {
            Authority(name: $0.name, until: $0.expires)
        }
    }

    private static func authorities(
        in roots: [UInt8]
    ) throws(TrustKitError) -> TimestampAuthorities {
        do throws(AuthoritiesError) {
            return try TimestampAuthorities(pem: roots)
        } catch {
            throw TrustKitError(.timestampRoots, "\(error)")
        }
    }

    /// Why no token can be checked here, and what helps; nil where tokens can be.
    package static var tokenAdvice: String? {
        Libcrypto.isSound ? nil : "\(TimestampRefusal.unsoundLibrary)"
    }

    // MARK: - Tokens

    private static func tokens(
        by roots: [UInt8], _ clock: @escaping @Sendable () -> UInt64
    ) throws(TrustKitError) -> EvidenceChecker {
        let authorities = try authorities(in: roots)
        return EvidenceChecker(type: Anchor.timestamp) { anchor in
            do throws(TimestampRefusal) {
                let token = try TimestampToken(anchor.evidence)
                    .check(digest: anchor.digest, by: authorities, now: clock())
                return .holds(
                    EvidenceChecker.Holding(
                        time: token.bound, authority: token.authority,
                        expires: token.certificateExpires))
            } catch {
                return answer(error)
            }
        }
    }

    /// What a refused token is called.
    ///
    /// An authority that is not known, and a clock that may be ours, leave it open; what is here
    /// too old or too new to judge it is not checked.
    private static func answer(_ refusal: TimestampRefusal) -> EvidenceChecker.Answer {
        switch refusal {
        case .untrusted, .ahead: .unknown("\(refusal)")
        case .unsupported, .unsoundLibrary, .libraryFailed: .notChecked("\(refusal)")
        case .tooLarge, .trailingBytes, .malformed, .rejected, .otherDigest, .otherNonce,
            .outOfTerm, .otherPurpose, .weak, .brokenChain, .otherCertificate, .signature,
            .behind:
            .refuted("\(refusal)")
        }
    }

    // MARK: - Proofs

    private static func answer(
        to anchor: Anchor, _ headers: NamedHeaders?
    ) -> EvidenceChecker.Answer {
        let proof: DetachedTimestamp
        do throws(DetachedTimestampError) {
            proof = try DetachedTimestamp(parsing: anchor.evidence)
        } catch {
            if case .unsupportedStep = error { return .notChecked("\(error)") }
            return .refuted("\(error)")
        }
        let verdict = proof.check(
            anchor.digest, against: headers?.headers,
            carrying: anchor.header.flatMap(BlockHeader.init))
        switch verdict {
        case .holds(let block, _):
            return .holds(
                EvidenceChecker.Holding(
                    time: block.time, tolerance: blockTolerance,
                    authority: "block \(block.height) of \(headers?.name ?? "")",
                    sealed: block.sealed))
        case .refuted(let fault): return .refuted(words(of: fault, headers))
        case .noHeader(let heights):
            return .notChecked(words(ofUncheckedBlocks: heights, headers))
        case .pending(let calendars):
            let names = calendars.prefix(wordLimit).map { $0.prefix(nameLimit) }
            return .unknown("a promise, and no block yet: \(names.joined(separator: ", "))")
        case .unknown: return .unknown("leads to no Bitcoin block")
        }
    }

    private static func words(of fault: BlockVerdict.Fault, _ headers: NamedHeaders?) -> String {
        switch fault {
        case .otherRoot, .otherHeader: "\(fault) of \(headers?.name ?? "")"
        case .otherDigest, .strayHeader: "\(fault)"
        }
    }

    private static func words(
        ofUncheckedBlocks heights: [UInt64], _ headers: NamedHeaders?
    ) -> String {
        let numbers = heights.prefix(wordLimit).map { "\($0)" }.joined(separator: ", ")
        let blocks = "Bitcoin block \(numbers)"
        guard let headers else {
            return "carries a proof for \(blocks), which headers of your own can check"
        }
        return "\(headers.name) has no header of \(blocks)"
    }

    /// Blocks or calendars that a sentence names: a proof with more is a made-up one.
    private static let wordLimit = 4

    /// Characters of a calendar's name that a sentence has: no host has a longer one.
    private static let nameLimit = 253
}
