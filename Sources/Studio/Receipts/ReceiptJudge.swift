import Checkpoints
import Encoding
import Manifests
package import Provenance

/// Holds what a ledger gives for a record to that record, before it is written into it.
///
/// With a trust kit everything is verified. Without one, arithmetic alone is checked, and that what
/// is new does not contradict what is there: who signed a first receipt is left to `verify`.
package struct ReceiptJudge: Sendable {
    private let verifier: Verifier?

    /// Judges by a trust kit, where one is given, and evidence about heads by `checkers`.
    package init(_ kit: TrustKit?, checkers: [EvidenceChecker] = []) {
        verifier = kit.map { Verifier($0, checkers: checkers) }
    }

    /// What checks evidence about heads.
    var checkers: [EvidenceChecker] { verifier?.checkers ?? [] }

    /// The trust kit, where one is given.
    var kit: TrustKit? { verifier?.kit }

    /// Whether the kit names a quorum, so that it is known whose cosignatures count.
    package var hasQuorum: Bool {
        verifier.map { $0.kit.policy.quorum != .none } ?? false
    }

    /// Says whether witnesses have seen the head of a receipt: by the kit's quorum where it has
    /// one, else whether anybody but the log has signed.
    package func isWitnessed(_ receipt: Receipt, of statement: Statement) -> Bool {
        guard hasQuorum else { return receipt.isCosigned }
        return witnessedAt([receipt.encoded()], of: statement) != nil
    }

    /// When the kit's quorum was complete for the earliest head of these receipts; nil where it is
    /// for none.
    package func witnessedAt(_ receipts: [[UInt8]], of statement: Statement) -> UInt64? {
        report(receipts, of: statement)?.witnessing?.completeAt
    }

    /// Whether the kit finds the entry proven by one of these receipts; true without a kit, which
    /// alone could tell.
    func isProven(_ receipts: [[UInt8]], of statement: Statement) -> Bool {
        guard let report = report(receipts, of: statement) else { return true }
        return report.findings.contains { $0.check == .receipt && $0.verdict == .ok }
    }

    /// The position of an entry that the kit finds proven by one of these receipts; nil where none
    /// proves it, or there is no kit.
    func index(of statement: Statement, by receipts: [[UInt8]]) -> UInt64? {
        report(receipts, of: statement)?.index
    }

    /// Whether a receipt of a file gives way to a newer one that the kit has found proven: because
    /// the kit finds it false, or because it contradicts the newer one and the kit does not find
    /// it proven, as after the theft of a key of the ledger.
    ///
    /// Without a kit none does: nobody can tell which of the two is right.
    func givesWay(
        _ bytes: [UInt8], to newest: FittingReceipt, of statement: Statement
    ) -> Bool {
        guard let report = report([bytes], of: statement) else { return false }
        // A bad cosignature is another matter: the line goes, and the receipt stays.
        if Self.faults(in: report).contains(where: { $0.check == .receipt }) { return true }
        guard !isProven([bytes], of: statement),
            let own = try? FittingReceipt(bytes, for: statement)
        else { return false }
        return (try? check(newest, against: [own])) == nil
    }

    /// Refuses a receipt that the kit does not find proven, by itself.
    func check(
        _ receipt: FittingReceipt, of statement: Statement
    ) throws(ReceiptError) {
        guard let report = report([receipt.bytes], of: statement) else { return }
        if let finding = Self.faults(in: report).first {
            throw .unproven(finding.detail, isUnknown: false)
        }
        let findings = report.findings.filter { $0.check == .receipt }
        guard findings.contains(where: { $0.verdict == .ok }) else {
            throw .unproven(findings.first?.detail ?? "", isUnknown: true)
        }
    }

    /// Refuses a receipt that contradicts one of those that a record has, whoever signed them.
    func check(
        _ new: FittingReceipt, against own: [FittingReceipt]
    ) throws(ReceiptError) {
        for other in own where other.head.origin == new.head.origin {
            guard other.index == new.index else { throw .otherIndex(new.index, other.index) }
            guard other.head.size != new.head.size || other.head.root == new.head.root else {
                throw .twoTrees(new.head.size)
            }
        }
    }

    /// Refuses a record in which the kit finds more that is false than in what it was before: of
    /// receipts, cosignatures, anchors, and the head that the signer had seen, beside each other.
    func check(
        _ record: TransparentStatement, insteadOf earlier: TransparentStatement
    ) throws(ReceiptError) {
        guard let verifier else { return }
        func faults(_ record: TransparentStatement) -> [Finding] {
            Self.faults(
                in: verifier.verify(file: record.encoded(), artifact: nil, recordOnly: true),
                of: [.receipt, .cosignatures, .timestamp, .anchor, .seen])
        }
        let after = faults(record)
        guard !after.isEmpty else { return }
        let known = faults(earlier)
        if let finding = after.first(where: { !known.contains($0) }) {
            throw .unproven(finding.detail, isUnknown: false)
        }
    }

    /// What the kit says of the statement with these receipts and anchors alone; nil without a kit.
    func report(
        _ receipts: [[UInt8]], _ anchors: [CBORMap] = [], of statement: Statement
    ) -> Report? {
        guard let verifier, var file = try? TransparentStatement(statement, manifest: nil) else {
            return nil
        }
        file.receipts = receipts
        file.anchors = anchors
        return verifier.verify(file: file.encoded(), artifact: nil, recordOnly: true)
    }

    /// What is false about these, by themselves about receipts and cosignatures.
    private static func faults(
        in report: Report, of checks: Set<Check> = [.receipt, .cosignatures]
    ) -> [Finding] {
        report.findings.filter { $0.verdict == .refuted && checks.contains($0.check) }
    }
}
