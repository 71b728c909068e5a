import Auditing
import Encoding
import LogReader
import Merkle
import Provenance
import TestLedger
import TestSupport

/// Files that the tree does not prove: manifests by their digests, evidence and lists by what the
/// leaves say.
extension Alteration {
    /// Manifest bundles, evidence about heads, and the two lists.
    static var lists: [Alteration] { manifests + anchors + published }

    // MARK: - Manifests

    private static func manifest(
        _ name: String, of entry: String, _ rule: AuditRule = .manifest,
        _ change: @escaping @Sendable (inout [UInt8]?, RecordedLog) throws -> Void
    ) -> Alteration {
        Alteration(.manifests, name, { .entry(rule, try $0.place(entry)) }) { log in
            let place = Int(try log.place(entry))
            var manifest = log.manifests[place]
            try change(&manifest, log)
            log.manifests[place] = manifest
            try log.sign()
        }
    }

    private static var manifests: [Alteration] {
        [
            manifest("a byte of one", of: "first") { manifest, _ in
                manifest = manifest.map { $0.dropLast() + [0x20] }
            },
            manifest("null for one that is not erased", of: "first") { manifest, _ in
                manifest = nil
            },
            manifest("none at all for one that is not erased", of: "foreign") { manifest, _ in
                manifest = []
            },
            manifest("the erased one", of: "erased", .erasure) { $0 = $1.erased },
            manifest("another one for the erased one", of: "erased") { $0 = $1.manifests[300] },
            manifest("one beside a control statement", of: "policy") { $0 = $1.erased },
            manifest("another signer's", of: "lagos") { $0 = $1.manifests[300] },
        ]
            + ["manifests/000", "manifests/002.p/88"].flatMap { path -> [Alteration] in
                let object: LoggedObject = path.hasSuffix("000") ? .manifests : .partialManifests
                func file(
                    _ name: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void
                ) -> Alteration {
                    Alteration(object, "\(name) \(path)", { _ in .file(.manifest, path) }) {
                        try $0.edit(path, change)
                    }
                }
                return [
                    file("a byte is cut off") { $0.removeLast() },
                    file("one more behind") { $0 += CBOR.null.encoded() },
                    file("one less in") { $0.removeFirst() },
                    file("something else in") { $0[0] = 0x01 },
                    Alteration(object, "\(path) is gone", { _ in .unreadable(path) }) {
                        $0.files[path] = nil
                    },
                ]
            } + [
                Alteration(
                    .partialManifests, "two change places", { .entry(.manifest, $0.size - 1) }
                ) { log in
                    log.manifests.swapAt(log.manifests.count - 1, log.manifests.count - 2)
                    try log.sign()
                },
                Alteration(
                    .olderPartial, "the manifests of the size before",
                    { _ in
                        .unused("the full file has them, and is what the newest head names")
                    }
                ) { $0.files["manifests/001.p/44"] = [0xF6] },
            ]
    }

    // MARK: - Evidence about heads

    /// Changes the row at a place of a file: a head's is before those of its evidence.
    private static func anchor(
        _ name: String, row: Int, at size: UInt64,
        _ change: @escaping @Sendable (inout [CBOR]) -> Void
    ) -> Alteration {
        let path = StaticLayout.anchors((size - 1) / 256)
        return Alteration(.anchors, name, { _ in .head(.anchor, size) }) { log in
            try log.edit(path) { bytes in
                var rows = try EvidenceRows(bytes)
                var parts = try found(CBOR.decode(rows.values[row]).arrayValue, "a row")
                change(&parts)
                rows.values[row] = CBOR.array(parts).encoded()
                bytes = rows.bytes
            }
        }
    }

    private static func flip(_ part: Int, _ place: Int) -> @Sendable (inout [CBOR]) -> Void {
        { parts in
            guard var bytes = parts[part].bytesValue else { return }
            bytes[place < 0 ? bytes.count + place : place] ^= 1
            parts[part] = .bytes(bytes)
        }
    }

    private static var anchors: [Alteration] {
        let file = StaticLayout.anchors(1)
        return [
            anchor("the root of a head", row: 0, at: 300, flip(1, 0)),
            anchor("the time of a head", row: 0, at: 300) { $0[0] = .unsigned(1) },
            anchor("the note of a head", row: 0, at: 300, flip(2, 30)),
            anchor("the signature of a head", row: 0, at: 590, flip(4, 5)),
            anchor("the checkpoint that a token dates", row: 1, at: 300, flip(4, 30)),
            anchor("a token", row: 1, at: 300, flip(5, -20)),
            anchor("a token of another head", row: 1, at: 590) { $0[5] = .bytes([0x30, 0x00]) },
            anchor("a proof", row: 2, at: 590, flip(5, 40)),
            Alteration(.anchors, "cut off", { _ in .file(.anchor, file) }) {
                try $0.edit(file) { $0.removeLast() }
            },
            Alteration(.anchors, "something behind", { _ in .file(.anchor, file) }) {
                try $0.edit(file) { $0.append(0x01) }
            },
            Alteration(.anchors, "of another bundle", { _ in .file(.anchor, file) }) {
                $0.files[file] = $0.files[StaticLayout.anchors(2)]
            },
            Alteration(
                .anchors, "all are gone",
                { _ in
                    .unchecked("whether anybody dates the heads")
                }
            ) { log in
                for path in log.files.keys where path.hasPrefix("anchors/") {
                    log.files[path] = nil
                }
            },
            Alteration(
                .anchors, "some are gone",
                { _ in
                    .unused("nobody owes a date for each head, only one for the newest")
                }
            ) { $0.files[file] = nil },
        ]
    }

    // MARK: - Lists

    private static var published: [Alteration] {
        let (control, keys) = (StaticLayout.control, StaticLayout.receiptKeys)
        func list(
            _ object: LoggedObject, _ name: String,
            _ change: @escaping @Sendable (inout [UInt8]) throws -> Void
        ) -> Alteration {
            let path = object == .control ? control : keys
            return Alteration(object, name, { _ in .file(.published, path) }) {
                try $0.edit(path, change)
            }
        }
        return [
            list(.control, "a bit of a statement") { $0[40] ^= 1 },
            list(.control, "cut off") { $0.removeLast() },
            list(.control, "something behind") { $0 += CBOR.bytes([1]).encoded() },
            list(.control, "without the last statement") { bytes in
                var reader = CBORSequenceReader(itemLimit: 1 << 20)
                reader.append(bytes)
                var items: [[UInt8]] = []
                while case .bytes(let leaf)? = try reader.next() { items.append(leaf) }
                bytes = items.dropLast().flatMap { CBOR.bytes($0).encoded() }
            },
            list(.control, "empty") { $0 = [] },
            Alteration(.control, "gone", { _ in .unchecked("list of control statements") }) {
                $0.files[control] = nil
            },
            list(.receiptKeys, "a bit of a key") { $0[$0.count - 3] ^= 1 },
            list(.receiptKeys, "one key less") { bytes in
                let keys = try found(CBOR.decode(bytes).arrayValue, "a list of keys")
                bytes = CBOR.array(Array(keys.dropFirst())).encoded()
            },
            list(.receiptKeys, "no list") { $0 = [0xFF] },
            Alteration(.receiptKeys, "gone", { _ in .unchecked("list of receipt keys") }) {
                $0.files[keys] = nil
            },
        ]
    }
}

/// The rows of a file of evidence: byte strings in pairs.
private struct EvidenceRows {
    private var keys: [[UInt8]] = []
    var values: [[UInt8]] = []

    init(_ bytes: [UInt8]) throws {
        var reader = CBORSequenceReader(itemLimit: bytes.count)
        reader.append(bytes)
        while case .bytes(let key)? = try reader.next() {
            guard case .bytes(let value)? = try reader.next() else { break }
            keys.append(key)
            values.append(value)
        }
    }

    var bytes: [UInt8] {
        zip(keys, values).flatMap { CBOR.bytes($0).encoded() + CBOR.bytes($1).encoded() }
    }
}
