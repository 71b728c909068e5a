import Encoding
import LogReader
import Manifests
package import Provenance

/// The control statements that a source publishes beside the log, folded onto what is known.
///
/// They are a hint, and decide nothing: each is signed and stands in one chain, so a key that one
/// of them introduces is the ledger's; whether the statement is in the log, the leaves say. A head
/// that is signed by a key newer than the trust kit is opened with the hint, and judged again by
/// the registry that was replayed from the leaves.
package struct ControlHint: Sendable {
    /// Bytes of the file: some 2,000 statements of the greatest length, and a ledger that has
    /// more is met with a newer kit.
    package static let byteLimit = 64 << 20

    /// The registry after the last statement of the file.
    package let registry: Registry

    /// The identifiers of all statements, in their order.
    package let statements: [EntryID]

    /// Folds the statements of a file from its first on, which must be the genesis that is pinned.
    ///
    /// - Throws: which statement does not follow, and why.
    package init(_ bytes: [UInt8], genesis: EntryID) throws(ControlHintError) {
        var reader = CBORSequenceReader(itemLimit: Int(UInt16.max))
        reader.append(bytes)
        var registry: Registry?
        var statements: [EntryID] = []
        while let leaf = try Self.next(&reader) {
            let place = statements.count
            do throws(Refusal) {
                let statement = try Statement(leaf: leaf)
                guard place > 0 || statement.id == genesis else { throw Self.otherGenesis }
                // Only the order matters here: the file does not say the indexes.
                if registry == nil {
                    registry = try Registry(genesis: statement)
                } else {
                    try registry?.apply(statement, at: UInt64(place))
                }
                statements.append(statement.id)
            } catch {
                throw ControlHintError("statement \(place) does not follow: \(error)")
            }
        }
        guard let registry else { throw ControlHintError("must begin with the genesis") }
        guard reader.isBetweenItems else { throw ControlHintError("ends within a statement") }
        self.registry = registry
        self.statements = statements
    }

    private static func next(
        _ reader: inout CBORSequenceReader
    ) throws(ControlHintError) -> [UInt8]? {
        let item: CBORSequenceReader.Item?
        do throws(CBORError) {
            item = try reader.next()
        } catch {
            throw ControlHintError("must be a sequence of byte strings: \(error)")
        }
        switch item {
        case nil: return nil
        case .bytes(let leaf): return leaf
        case .tooLarge: throw ControlHintError("has a statement that no entry can hold")
        }
    }

    private static var otherGenesis: Refusal {
        Refusal(.mismatch, field: "entry 0", rule: "must be the genesis that the kit pins")
    }
}

/// Why the published control statements are not a registry, in words.
package struct ControlHintError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, to follow the name of the file.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
