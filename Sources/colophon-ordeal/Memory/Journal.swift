import Encoding
import Foundation
import Provenance
import Studio
import Synchronization

/// What clients were told, in a file: each record is written before its client goes on.
///
/// A CBOR sequence of byte strings, each of which holds one of:
///
///     [0, statement: bstr, manifest: bstr, receipt: bstr, position: uint]   an answer
///     [1, note: bstr, position: uint]                                       a checkpoint
final class Journal: Sendable {
    /// One record, read back.
    enum Record: Sendable {
        case answer(SignedRecord, receipt: [UInt8])
        case checkpoint(note: [UInt8])
    }

    let url: URL
    private let handle: Mutex<FileHandle>

    /// Makes a new file.
    init(at url: URL) throws {
        try Data().write(to: url)
        self.url = url
        handle = Mutex(try FileHandle(forWritingTo: url))
    }

    func append(answer record: SignedRecord, receipt: [UInt8], position: UInt64) {
        append([
            .unsigned(0), .bytes(record.statement.leaf), .bytes(record.manifest), .bytes(receipt),
            .unsigned(position),
        ])
    }

    func append(note: [UInt8], position: UInt64) {
        append([.unsigned(1), .bytes(note), .unsigned(position)])
    }

    private func append(_ parts: [CBOR]) {
        let bytes = Data(CBOR.bytes(CBOR.array(parts).encoded()).encoded())
        handle.withLock { handle in
            do {
                try handle.write(contentsOf: bytes)
            } catch {
                // A memory with a gap proves nothing.
                preconditionFailure("\(url.path()) cannot be written: \(error)")
            }
        }
    }

    /// Reads all records back and hands them out in parts.
    func forEach(part count: Int, _ body: ([Record]) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        var reader = CBORSequenceReader(itemLimit: 8 << 20)
        var part: [Record] = []
        while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty {
            reader.append(Array(bytes))
            while case .bytes(let item)? = try reader.next() {
                part.append(try Self.record(CBOR.decode(item)))
                if part.count == count {
                    try body(part)
                    part = []
                }
            }
        }
        try body(part)
    }

    private static func record(_ item: CBOR) throws -> Record {
        let parts = item.arrayValue ?? []
        switch parts.first?.unsignedValue {
        case 0:
            if parts.count == 5, let leaf = parts[1].bytesValue,
                let manifest = parts[2].bytesValue, let receipt = parts[3].bytesValue
            {
                let record = try SignedRecord(Statement(leaf: leaf), manifest: manifest)
                return .answer(record, receipt: receipt)
            }
        case 1:
            if parts.count == 3, let note = parts[1].bytesValue { return .checkpoint(note: note) }
        default: break
        }
        throw OrdealError.cannotRun("the journal has a record that is none")
    }
}
