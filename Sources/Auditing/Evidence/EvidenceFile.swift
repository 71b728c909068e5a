package import Encoding
package import Merkle
package import Provenance

/// A file `anchors/N`: the heads whose last entry is in one bundle and that somebody has dated,
/// with what dates them (storage.md §12).
///
/// It is a CBOR sequence of byte strings in pairs, a key and a value. A key of 8 bytes is a head's,
/// its size; behind it are the rows of its evidence, whose keys have 41: the size, the kind and the
/// SHA-256 of the source's URL. Nothing of it was checked when it is read.
package struct EvidenceFile: Sendable {
    /// Bytes of a file: 256 heads with ten rows of ten KiB each are fewer.
    package static let byteLimit = 32 << 20

    /// Bytes of one value: the longest evidence and checkpoint, a URL, and their heads.
    private static let valueLimit = 256 << 10

    /// A head and what dates it.
    package struct Dated: Sendable {
        /// The size of the head.
        package let size: UInt64

        /// What the ledger says of its time, in POSIX seconds.
        package let time: UInt64

        /// What the file says its root is.
        package let root: Hash

        /// The signatures of the head.
        package let receipt: HeadReceipt

        /// What dates it.
        package fileprivate(set) var rows: [Row] = []
    }

    /// One piece of evidence.
    package struct Row: Sendable {
        /// The kind, as ``Anchor/type``.
        package let type: Text

        /// Who gave it: the URL of an authority or a calendar.
        package let url: Text

        /// How far it is.
        package let state: State

        /// What is dated: a head's text, an empty line and one signature line of the log.
        package let checkpoint: [UInt8]

        /// A token, or a proof.
        package let evidence: [UInt8]
    }

    /// How far evidence is, says the ledger.
    package enum State: UInt64, Sendable {
        /// A calendar has promised.
        case pending = 0
        /// It needs nobody any more to be checked.
        case complete = 1
        /// A promise that was never kept.
        case abandoned = 2
    }

    /// The heads, in the order of the file.
    package private(set) var heads: [Dated] = []

    /// Reads a file; the error says what is wrong with it.
    package init(_ bytes: [UInt8]) throws(EvidenceFileError) {
        var reader = CBORSequenceReader(itemLimit: Self.valueLimit)
        reader.append(bytes)
        while let key = try Self.next(&reader) {
            guard let value = try Self.next(&reader) else {
                throw EvidenceFileError("ends behind a key")
            }
            switch key.count {
            case 8: heads.append(try Self.head(key, value))
            case 41:
                guard let last = heads.indices.last,
                    Self.number(key.prefix(8)) == heads[last].size
                else { throw EvidenceFileError("has evidence that stands behind another head") }
                heads[last].rows.append(try Self.row(key, value))
            default: throw EvidenceFileError("has a key of \(key.count) bytes")
            }
        }
        guard reader.isBetweenItems else { throw EvidenceFileError("ends within an item") }
    }

    private static func next(
        _ reader: inout CBORSequenceReader
    ) throws(EvidenceFileError) -> [UInt8]? {
        let item: CBORSequenceReader.Item?
        do throws(CBORError) {
            item = try reader.next()
        } catch {
            throw EvidenceFileError("must be a sequence of byte strings: \(error)")
        }
        switch item {
        case nil: return nil
        case .bytes(let bytes): return bytes
        case .tooLarge(let count): throw EvidenceFileError("has a row of \(count) bytes")
        }
    }

    private static func head(_ key: [UInt8], _ value: [UInt8]) throws(EvidenceFileError) -> Dated {
        let size = number(key[...])
        let parts = (try? CBOR.decode(value))?.arrayValue ?? []
        guard parts.count == 5, let time = parts[0].unsignedValue,
            let root = parts[1].bytesValue.flatMap({ Hash($0) }), let note = parts[2].bytesValue,
            let protected = parts[3].bytesValue, let signature = parts[4].bytesValue
        else { throw EvidenceFileError("has a head of size \(size) that cannot be read") }
        return Dated(
            size: size, time: time, root: root,
            receipt: HeadReceipt(protected: protected, signature: signature, note: note))
    }

    private static func row(_ key: [UInt8], _ value: [UInt8]) throws(EvidenceFileError) -> Row {
        let size = number(key.prefix(8))
        let types: [UInt8: Text] = [1: Anchor.timestamp, 2: Anchor.openTimestamps]
        let parts = (try? CBOR.decode(value))?.arrayValue ?? []
        guard parts.count == 6, let type = types[key[8]], let url = parts[0].textValue,
            let state = parts[1].unsignedValue.flatMap(State.init), parts[2].unsignedValue != nil,
            parts[3].unsignedValue != nil, let checkpoint = parts[4].bytesValue,
            let evidence = parts[5].bytesValue, Hash(key.dropFirst(9)) == .sha256(url.utf8)
        else { throw EvidenceFileError("has evidence about size \(size) that cannot be read") }
        return Row(
            type: type, url: url, state: state, checkpoint: checkpoint, evidence: evidence)
    }

    /// The number in 8 bytes, the most significant first.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Why a file is no file of evidence, in words.
package struct EvidenceFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, to follow the name of the file.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
