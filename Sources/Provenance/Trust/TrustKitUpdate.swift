import Checkpoints
import Encoding
public import Merkle

/// A collector's kit, and a newer one of its ledger that is to bring it up to date
/// (trust-kit.md §5).
///
///     let update = try TrustKitUpdate(of: mine, by: served)
///     let path = try await ledger.consistency(from: update.own.size, to: update.served.size)
///     let files = try update.files(extension: path)
///
/// The genesis stays pinned. What comes from the served kit is what follows from it: control
/// statements, and the ledger's own keys. Whom the collector believes besides stays as it is.
public struct TrustKitUpdate: Sendable {
    /// The kit of the collector.
    public let own: TrustKit

    /// The kit that the ledger gave.
    public let served: TrustKit

    private let ownFiles: TrustKit.Files
    private let servedFiles: TrustKit.Files

    /// Reads both kits, and holds one to the other as far as that needs no proof.
    public init(
        of own: TrustKit.Files, by served: TrustKit.Files
    ) throws(TrustKitUpdateError) {
        (ownFiles, servedFiles) = (own, served)
        do throws(TrustKitError) { self.own = try TrustKit(own) } catch { throw .own(error) }
        do throws(TrustKitError) {
            self.served = try TrustKit(served)
        } catch {
            throw .served(error)
        }
        try compare()
    }

    /// Whether the served kit knows more: a larger tree, or a later head of the same.
    public var isNewer: Bool {
        served.size > own.size || served.time > own.time
    }

    /// The witnesses, groups, quorum, other ledgers, timestamp authorities and calendars in which
    /// the kits differ, a line each: "- " before what the collector's has, "+ " before what the
    /// other has.
    public var differences: [String] {
        let (mine, theirs) = (Self.choices(own, ownFiles), Self.choices(served, servedFiles))
        return mine.filter { !theirs.contains($0) }.map { "- \($0)" }
            + theirs.filter { !mine.contains($0) }.map { "+ \($0)" }
    }

    /// Returns the files of the collector's kit, brought up to date.
    ///
    /// - Parameters:
    ///   - path: Shows that the served kit's tree extends the collector's (RFC 9162 §2.1.4); empty
    ///     where they are of one size.
    ///   - takingPolicy: True takes over what ``differences`` lists, too.
    public func files(
        extension path: [Hash], takingPolicy: Bool = false
    ) throws(TrustKitUpdateError) -> TrustKit.Files {
        do throws(ProofError) {
            let proof = try ConsistencyProof(
                oldSize: own.size, newSize: served.size, path: path)
            try proof.verify(old: own.head.root, new: served.head.root)
        } catch {
            throw .notExtended(own.size, by: served.size)
        }
        let files = takingPolicy ? servedFiles : try merged()
        do throws(TrustKitError) { _ = try TrustKit(files) } catch { throw .unfit(error) }
        return files
    }

    private func compare() throws(TrustKitUpdateError) {
        guard own.genesis == served.genesis else {
            throw .otherGenesis(served.genesis, isOfSameName: own.origin == served.origin)
        }
        guard own.size != served.size || own.head.root == served.head.root else {
            throw .twoTrees(size: own.size)
        }
        guard own.size <= served.size else { throw .older(served.size, than: own.size) }
        let isSame = zip(own.controls, served.controls).allSatisfy {
            $0.statement.id == $1.statement.id && $0.index == $1.index
        }
        guard isSame, own.controls.count <= served.controls.count else { throw .otherControl }
    }

    /// The collector's files with the registry of the served kit, and the ledger's own keys.
    private func merged() throws(TrustKitUpdateError) -> TrustKit.Files {
        var files = ownFiles
        files.registry = servedFiles.registry
        let known = Set(own.policy.logs.map(\.key))
        for term in served.registry.noteKeys.terms where !known.contains(term.key) {
            files.policy += Array("log \(term.key)\n".utf8)
        }
        // Both were read as maps before.
        let label = CBORLabel.text(own.origin.text)
        if let mine = Self.map(ownFiles.receiptKeys), let theirs = Self.map(servedFiles.receiptKeys)
        {
            files.receiptKeys = mine.setting(label, to: theirs[label: label]).encoded()
        }
        return files
    }

    private static func map(_ bytes: [UInt8]) -> CBORMap? {
        (try? CBOR.decode(bytes))?.mapValue
    }

    /// All of a kit that does not follow from its genesis, a line each.
    private static func choices(_ kit: TrustKit, _ files: TrustKit.Files) -> [String] {
        let own = "log \(kit.origin.text)+"
        var lines = kit.policy.encoded.split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.hasPrefix(own) }
        for (label, keys) in map(files.receiptKeys)?.entries ?? [] {
            guard case .text(let origin) = label, origin != kit.origin.text else { continue }
            lines.append("receipt keys of \(origin), \(Hash.sha256(keys.encoded()))")
        }
        if let roots = files.timestampRoots {
            lines.append("\(TrustKit.Files.Name.timestampRoots.rawValue), \(Hash.sha256(roots))")
        }
        lines += kit.calendars.map { "calendar \($0)" }
        return lines
    }
}

/// Why a kit is not brought up to date by another.
public enum TrustKitUpdateError: Error, Hashable, Sendable {
    /// The collector's kit cannot be used: get another one.
    case own(TrustKitError)

    /// The answer is no kit that can be used: look at the address, then try again.
    case served(TrustKitError)

    /// The served kit is another ledger's, or of another ledger of the same name.
    case otherGenesis(EntryID, isOfSameName: Bool)

    /// The served kit's tree is smaller than the collector's: the answer is an old one, or the
    /// ledger goes back.
    case older(UInt64, than: UInt64)

    /// The ledger has signed two trees of one size: it shows two logs.
    case twoTrees(size: UInt64)

    /// The served kit has other control statements where the collector's has some already.
    case otherControl

    /// The served tree was not shown to extend the collector's: the log may have been forked.
    case notExtended(UInt64, by: UInt64)

    /// The collector's own choices do not fit the newer kit: a key that the ledger uses now is a
    /// witness's or another log's in the collector's policy.
    case unfit(TrustKitError)

    /// Whether the two kits together show what the ledger has done: both are worth keeping.
    public var isEvidence: Bool {
        switch self {
        case .own, .served, .unfit: false
        case .otherGenesis(_, let isOfSameName): isOfSameName
        case .older, .twoTrees, .otherControl, .notExtended: true
        }
    }
}
