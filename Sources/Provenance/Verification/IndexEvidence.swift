import Encoding
public import Manifests
import Merkle

/// A file that may convict a ledger of a wrong index: a proof of completeness, or an entry with its
/// receipts, which may carry such proofs (misbehaviour.md §6).
///
/// Other parts of a record are passed over, and an entry of any `typ` is taken: that an entry has
/// one which must not be there is something to be convicted of. Nothing in it has been verified.
public struct IndexEvidence: Sendable {
    /// An entry as it was logged.
    struct Entry {
        /// The leaf with its receipts.
        let logged: LoggedLeaf

        /// Its `typ`; nil where that is no text.
        let type: Text?
    }

    /// The proofs of completeness that can be read.
    let proofs: [CompleteProof]

    /// Why one of a record cannot be read: it says nothing, and the rest of the file counts.
    let unread: CompleteProofError?

    /// The entry; nil where the file is a proof alone.
    let entry: Entry?

    /// Reads a file; the error says why it is none of these.
    public init(_ bytes: [UInt8]) throws(IndexEvidenceError) {
        guard TransparentStatement.mayBegin(bytes) else {
            proofs = [try Self.proof(bytes)]
            (unread, entry) = (nil, nil)
            return
        }
        guard bytes.count <= Limits.fileBytes else { throw .tooLong(bytes.count) }
        do throws(Refusal) {
            let form = try TransportForm(bytes)
            let beside = form.message.unprotected
            let receipts = try beside[HeaderLabel.receipts].map { value throws(Refusal) in
                try PartList.byteStrings(value, "receipts", limit: Limits.receipts)
            }
            let anchors = try beside[HeaderLabel.anchors].map { value throws(Refusal) in
                try PartList.anchors(value)
            }
            let completes = try beside[HeaderLabel.completes].map { value throws(Refusal) in
                try PartList.byteStrings(value, "complete", limit: Limits.completes)
            }
            entry = Entry(
                logged: LoggedLeaf(
                    bytes: form.leaf, receipts: receipts ?? [], anchors: anchors ?? []),
                type: form.message.protectedMap[HeaderLabel.type]?.textValue)
            (proofs, unread) = Self.proofs(completes ?? [])
        } catch {
            throw .record(error)
        }
    }

    /// Whether the file has an entry and a proof of completeness, so that it may convict by itself.
    public var isEntryWithProof: Bool { entry != nil && !proofs.isEmpty }

    /// Whether a file that begins with `bytes` may be one: a record, or an array of two.
    public static func mayBegin(_ bytes: some Collection<UInt8>) -> Bool {
        TransparentStatement.mayBegin(bytes) || bytes.first == 0x82
    }

    /// Reads the proofs of a record, and says why the first that cannot be read is none.
    private static func proofs(_ parts: [[UInt8]]) -> ([CompleteProof], CompleteProofError?) {
        var proofs: [CompleteProof] = []
        var unread: CompleteProofError?
        for part in parts {
            do throws(CompleteProofError) {
                proofs.append(try CompleteProof(part))
            } catch {
                unread = unread ?? error
            }
        }
        return (proofs, unread)
    }

    private static func proof(_ bytes: [UInt8]) throws(IndexEvidenceError) -> CompleteProof {
        do throws(CompleteProofError) {
            return try CompleteProof(bytes)
        } catch {
            throw .proof(error)
        }
    }

    /// The index heads in the file, each with its receipts.
    ///
    /// An entry of that type which is no head in form says nothing of an index.
    var heads: [TransparentIndexHead] {
        var heads = proofs.map(\.head)
        if let entry, entry.type == EntryType.index.type,
            let head = try? IndexHead(leaf: entry.logged.bytes),
            var whole = try? TransparentIndexHead(head)
        {
            whole.receipts = entry.logged.receipts
            whole.anchors = entry.logged.anchors
            heads.append(whole)
        }
        return heads
    }
}

/// Why a file is nothing that could convict a ledger of a wrong index.
///
/// Every case means that there is nothing to judge.
public enum IndexEvidenceError: Error, Hashable, Sendable {
    /// It has more bytes than a record can have.
    case tooLong(Int)

    /// It is a COSE message, and no record.
    case record(Refusal)

    /// It is no proof of completeness.
    case proof(CompleteProofError)
}

extension IndexEvidenceError: CustomStringConvertible {
    /// What is wrong with it, in words.
    public var description: String {
        switch self {
        case .tooLong(let count): "it has \(count) bytes, more than \(Limits.fileBytes)"
        case .record(let refusal): "it is no record: \(refusal)"
        case .proof(let error): "it is no proof of completeness: \(error)"
        }
    }
}
