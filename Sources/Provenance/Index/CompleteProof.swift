import Encoding
public import IndexMap
public import Manifests

/// A claim that these are all entries of some names among the first N of a log: an index head, and
/// a proof for each name (index.md §10).
///
///     complete = [head: bstr, [1*8 proof]]
///
/// A value of this type is well formed and nothing more: what it lists, and how far that is proven,
/// says ``Verifier``.
public struct CompleteProof: Sendable {
    /// The media type of the bytes.
    public static let mediaType = "application/vnd.colophon.complete.v1+cbor"

    /// The end of the names of files that hold one.
    public static let fileSuffix = ".complete"

    /// The index head with its receipts.
    public let head: TransparentIndexHead

    /// A proof for each name, 1 to 8; none for one name twice.
    public let proofs: [IndexProof]

    /// Puts a proof together; throws where its names are too many, or one stands there twice.
    public init(_ head: TransparentIndexHead, _ proofs: [IndexProof]) throws(CompleteProofError) {
        try Self.checkNames(proofs)
        self.head = head
        self.proofs = proofs
    }

    /// Reads a proof, all of `bytes`.
    ///
    /// Only the form is checked. What is false is found before what a newer version may know.
    public init(_ bytes: [UInt8]) throws(CompleteProofError) {
        guard bytes.count <= Limits.completeBytes else { throw .tooLong(bytes.count) }
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(bytes)
        } catch {
            throw .encoding("\(error)")
        }
        guard let members = item.arrayValue, members.count == 2, let head = members[0].bytesValue,
            let items = members[1].arrayValue
        else { throw .form }
        guard (1...Limits.completeNames).contains(items.count) else {
            throw .proofCount(items.count)
        }
        var unknown: CompleteProofError?
        var proofs: [IndexProof] = []
        for (place, item) in items.enumerated() {
            do throws(IndexProofError) {
                proofs.append(try IndexProof(item))
            } catch {
                let fault = CompleteProofError.proof(place + 1, error)
                guard fault.isOfNewerVersion else { throw fault }
                unknown = unknown ?? fault
            }
        }
        try Self.checkNames(proofs, mayBeNone: unknown != nil)
        do throws(Refusal) {
            self.head = try TransparentIndexHead(head)
        } catch {
            throw .head(error)
        }
        if let unknown { throw unknown }
        self.proofs = proofs
    }

    /// The bytes, as the initializer reads them.
    public func encoded() -> [UInt8] {
        CBOR.array([.bytes(head.encoded()), .array(proofs.map(\.item))]).encoded()
    }

    private static func checkNames(
        _ proofs: [IndexProof], mayBeNone: Bool = false
    ) throws(CompleteProofError) {
        guard proofs.count <= Limits.completeNames, !proofs.isEmpty || mayBeNone else {
            throw .proofCount(proofs.count)
        }
        for (place, proof) in proofs.enumerated()
        where proofs[..<place].contains(where: { $0.name == proof.name }) {
            throw .nameTwice(place + 1)
        }
    }
}

/// Why bytes are no proof of completeness.
public enum CompleteProofError: Error, Hashable, Sendable {
    /// It has more bytes than one can have.
    case tooLong(Int)

    /// It is not deterministic CBOR, for this reason.
    case encoding(String)

    /// It is not [head, [proofs]].
    case form

    /// It has 1 to 8 proofs.
    case proofCount(Int)

    /// The proof at this place, counted from 1, is none.
    case proof(Int, IndexProofError)

    /// The proof at this place, counted from 1, has the name of another one.
    case nameTwice(Int)

    /// The index head is none.
    case head(Refusal)

    /// Whether a newer version may know better: then it is *unknown*, and else *false*.
    public var isOfNewerVersion: Bool {
        switch self {
        case .proof(_, .name(.unknownKind)): true
        case .head(let refusal): refusal.reason == .unknownType
        default: false
        }
    }
}

extension CompleteProofError: CustomStringConvertible {
    /// The part and the rule that is broken, in words.
    public var description: String {
        switch self {
        case .tooLong(let count):
            "it has \(count) bytes, more than \(Limits.completeBytes)"
        case .encoding(let reason): "it is not deterministic CBOR: \(reason)"
        case .form: "it must be [head, [proofs]]"
        case .proofCount(let count):
            "it has \(count) proofs, where 1 to \(Limits.completeNames) may be"
        case .proof(let place, let error): "its proof \(place): \(error)"
        case .nameTwice(let place): "its proof \(place) is of a name that another is of, too"
        case .head(let refusal): "its index head: \(refusal)"
        }
    }
}
