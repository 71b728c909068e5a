import Checkpoints
import Encoding
import Files
import HTTPCalls
import Manifests
import Provenance

/// Records get their receipts, and then their last place.
///
///     1  the record among the submitted ones is replaced by the one with the receipt
///     2  the copy beside the work is completed
///     3  the record is put among the registered ones
///
/// After a kill between two of these the next sync finds a submitted record that has its receipt,
/// and does what is left.
extension SpoolSync {
    /// A record that is an entry, with the receipt that shows it.
    struct Answered: Sendable {
        let content: SpoolContent
        let receipt: FittingReceipt

        /// The proof that the head which the manifest names is older; nil where there is none yet.
        var proof: [UInt8]?

        /// What the record is with them, whatever it has beside them.
        func completing(
            _ record: TransparentStatement, by judge: ReceiptJudge
        ) -> TransparentStatement {
            var receipts = judge.list(record.receipts, of: record.statement)
            receipts.insert(receipt.bytes, of: receipt.receipt)
            if let proof { receipts.insert(proof) }
            var whole = record
            whole.receipts = receipts.bytes
            return whole
        }
    }

    /// Reads a record; nil, and a failure that is told, where that is not possible.
    func content(of record: SpoolRecord) -> SpoolContent? {
        do throws(SpoolError) {
            return try spool.content(of: record)
        } catch {
            fail(record, error)
            return nil
        }
    }

    /// Tells that a record cannot be sent or completed; the others go on.
    func fail(_ record: SpoolRecord, _ error: SpoolError) {
        guard failed.insert(record.key).inserted else { return }
        trouble = error.words
        onEvent(.failed(record, error))
    }

    /// Takes it that a record is an entry whose receipt follows.
    func follow(_ record: SpoolRecord) {
        guard following.insert(record.key).inserted else { return }
        onEvent(.follows(record))
    }

    /// The receipt that a record has already, where it holds.
    func ownReceipt(of content: SpoolContent) -> FittingReceipt? {
        content.content.receipts.lazy.compactMap { bytes in
            try? self.judged(bytes, of: content)
        }.first
    }

    /// Takes a receipt as the ledger gave it.
    func take(receipt: [UInt8], of content: SpoolContent) {
        guard broken == nil else { return }
        do throws(ReceiptError) {
            let fitting = try judged(receipt, of: content)
            do throws(SpoolError) {
                try add(Answered(content: content, receipt: fitting))
            } catch {
                broken = error
            }
        } catch {
            unproven.insert(content.record.key)
            trouble =
                "\(content.record.fileName): the ledger's receipt proves nothing: \(error)"
            onEvent(.unproven(content.record, error))
        }
    }

    /// Holds a receipt to its record: by the trust kit, and to what the record has already.
    private func judged(
        _ bytes: [UInt8], of content: SpoolContent
    ) throws(ReceiptError) -> FittingReceipt {
        let statement = content.content.statement
        let receipt = try judge.stripped(FittingReceipt(bytes, for: statement), of: statement)
        if let origin = spool.settings.origin, receipt.head.origin != origin {
            throw .otherOrigin(receipt.head.origin, origin)
        }
        try judge.check(receipt, of: statement)
        let own = content.content.receipts.compactMap { try? FittingReceipt($0, for: statement) }
        try judge.check(receipt, against: own)
        return receipt
    }

    /// Keeps a receipt until there are enough to complete their records in one step.
    func add(_ answered: Answered) throws(SpoolError) {
        receipts.append(answered)
        if receipts.count >= SyncLimit.completions { try complete() }
    }

    /// Completes all records whose receipts are kept; throws what has stopped that before.
    func settle() throws(SpoolError) {
        if let broken { throw broken }
        try complete()
    }

    /// Completes all records whose receipts are kept.
    private func complete() throws(SpoolError) {
        let answered = receipts
        receipts = []
        guard !answered.isEmpty else { return }
        try spool.replace(
            answered.map { ($0.content.record, whole($0).encoded()) })
        for item in answered { completeCopy(of: item) }
        try spool.move(answered.map(\.content.record), to: .registered)
        for item in answered {
            sum.registered += 1
            following.remove(item.content.record.key)
            noteSeen(item)
            onEvent(
                .registered(
                    item.content.record.moved(to: .registered), item.content.id, item.receipt))
        }
        tellProgress()
    }

    /// What a record in the spool becomes.
    func whole(_ item: Answered) -> TransparentStatement {
        item.completing(item.content.content, by: judge)
    }

    // MARK: - The copy beside the work

    func completeCopy(of item: Answered, isFirst: Bool = true) {
        let record = item.content.record
        let place: String?
        do throws(SpoolError) {
            place = try spool.place(of: record)
        } catch {
            trouble = error.words
            return onEvent(.copyUnknown(record, error))
        }
        guard let place else { return }
        do throws(CopyError) {
            try completeCopy(of: item, at: place)
        } catch {
            if isFirst { onEvent(.copyLeft(record, place, error)) }
        }
    }

    /// Completes the copy at `place`, or writes it where only the work lies there: whoever sealed
    /// the record could not.
    private func completeCopy(of item: Answered, at place: String) throws(CopyError) {
        guard try isTaken(place) else {
            guard let work = Self.work(of: place), try isTaken(work) else { throw .missing }
            do throws(FileError) {
                return try AtomicFile.write(whole(item).encoded(), to: place, .create)
            } catch {
                throw .file(.unwritable(error))
            }
        }
        let isSame: Bool
        do throws(RecordFileError) {
            isSame = try RecordFile.holding(place, failingBy: { $0 }) {
                () throws(RecordFileError) in
                try addReceipt(of: item, toCopyAt: place)
            }
        } catch {
            throw .file(error)
        }
        guard isSame else { throw .other }
    }

    /// The path of the work that a copy is beside.
    private static func work(of place: String) -> String? {
        RecordFile.work(ofFurther: place) ?? RecordFile.artifactName(of: place)
    }

    private func isTaken(_ place: String) throws(CopyError) -> Bool {
        do throws(FileError) {
            return try NamedPath.isTaken(place)
        } catch {
            throw .file(.unreadable(error))
        }
    }

    /// Adds the receipt to the copy, where that is still the same statement; returns whether it is.
    ///
    /// What the copy has beside that stays.
    private func addReceipt(
        of item: Answered, toCopyAt place: String
    ) throws(RecordFileError) -> Bool {
        let copy = try RecordFile(place)
        guard copy.content.statement == item.content.content.statement else { return false }
        let whole = item.completing(copy.content, by: judge)
        guard whole.receipts != copy.content.receipts else { return true }
        let folder = try copy.replace(by: whole)
        do throws(FileError) {
            try folder.settle()
        } catch {
            throw .unwritable(error)
        }
        return true
    }
}
