package import Merkle

extension DetachedTimestamp {
    /// Says what the proof shows about `digest`.
    ///
    /// One block suffices: a way to a header that is trusted shows the time whatever else the proof
    /// claims.
    ///
    /// - Parameters:
    ///   - headers: those that a person trusts; never from the file of the proof.
    ///   - header: what came with the proof. It is not believed: it must be the trusted one of its
    ///     height, or at least lead to the proof where none is trusted.
    package func check(
        _ digest: Hash, against headers: BitcoinHeaders?, carrying header: BlockHeader? = nil
    ) -> BlockVerdict {
        guard digest == self.digest else { return .refuted(.otherDigest) }
        let claims = bitcoin
        if let fault = Self.fault(of: header, beside: claims, headers) { return .refuted(fault) }
        var confirmed: [BlockVerdict.ConfirmedBlock] = []
        var refuted: UInt64?
        for claim in claims {
            guard let trusted = headers?[claim.height] else { continue }
            if trusted.merkleRoot == claim.message {
                confirmed.append(.init(claim: claim, time: trusted.time))
            } else {
                refuted = refuted ?? claim.height
            }
        }
        confirmed.sort { ($0.time, $0.height) < ($1.time, $1.height) }
        if let earliest = confirmed.first {
            return .holds(earliest: earliest, others: Array(confirmed.dropFirst()))
        }
        if let refuted { return .refuted(.otherRoot(height: refuted)) }
        if !claims.isEmpty { return .noHeader(heights: Set(claims.map(\.height)).sorted()) }
        let calendars = Set(pending.map(\.calendar)).sorted()
        return calendars.isEmpty ? .unknown : .pending(calendars: calendars)
    }

    /// What is wrong with a header that came with the proof.
    private static func fault(
        of header: BlockHeader?, beside claims: [BlockClaim], _ headers: BitcoinHeaders?
    ) -> BlockVerdict.Fault? {
        guard let header else { return nil }
        let led = claims.filter { $0.message == header.merkleRoot }
        guard !led.isEmpty, header.hasWork else { return .strayHeader }
        let others = led.filter { headers?.has(header, at: $0.height) == false }
        return others.count == led.count
            ? others.first.map { .otherHeader(height: $0.height) } : nil
    }
}
