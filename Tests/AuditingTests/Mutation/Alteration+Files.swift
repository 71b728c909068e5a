import Auditing
import Encoding
import LogReader
import Merkle
import TestLedger
import TestSupport

/// Files that are not what their names say. Nobody but the log can sign, so a hash or a signature
/// tells each of them.
extension Alteration {
    /// One bit of a file, at a place that counts from its end where it is negative.
    private static func flip(
        _ object: LoggedObject, _ path: String, _ place: Int = 0, _ name: String = "a bit",
        _ expected: Expected
    ) -> Alteration {
        Alteration(object, "\(name) of \(path)", { _ in expected }) { log in
            try log.edit(path) { bytes in
                let index = place < 0 ? bytes.count + place : place
                bytes[index] ^= 1
            }
        }
    }

    private static func cut(
        _ object: LoggedObject, _ path: String, _ expected: Expected
    ) -> Alteration {
        Alteration(object, "the last byte of \(path) is cut off", { _ in expected }) { log in
            try log.edit(path) { $0.removeLast() }
        }
    }

    private static func extend(
        _ object: LoggedObject, _ path: String, _ expected: Expected
    ) -> Alteration {
        Alteration(object, "a byte behind \(path)", { _ in expected }) { log in
            try log.edit(path) { $0.append(0x40) }
        }
    }

    private static func remove(
        _ object: LoggedObject, _ path: String, _ expected: Expected
    ) -> Alteration {
        Alteration(object, "\(path) is gone", { _ in expected }) { $0.files[path] = nil }
    }

    /// All that can be done to one file.
    private static func everything(
        _ object: LoggedObject, _ path: String, _ expected: Expected
    ) -> [Alteration] {
        [
            flip(object, path, 0, "the first bit", expected),
            flip(object, path, -1, "the last bit", expected),
            cut(object, path, expected), extend(object, path, expected),
        ]
    }

    /// Checkpoints, tiles and bundles, and what cannot be read at all.
    static var files: [Alteration] { checkpoints + tiles + bundles + failures }

    /// Files at the begin, in the middle and at the end of a log that nobody can look at: an audit
    /// says which it could not read, and finds nothing.
    private static var failures: [Alteration] {
        let places: [(LoggedObject, String)] = [
            (.checkpoint, "checkpoint"), (.leafTile, "tile/0/000"), (.leafTile, "tile/0/001"),
            (.partialTile, "tile/0/002.p/88"), (.upperTile, "tile/1/000.p/2"),
            (.bundle, "tile/entries/000"), (.bundle, "tile/entries/001"),
            (.partialBundle, "tile/entries/002.p/88"), (.manifests, "manifests/000"),
            (.manifests, "manifests/001"), (.partialManifests, "manifests/002.p/88"),
        ]
        return places.map { object, path in
            Alteration(object, "\(path) cannot be read", { _ in .unreadable(path) }) {
                $0.failing.insert(path)
            }
        }
    }

    // MARK: - Checkpoints

    private static func checkpoint(
        _ name: String, _ change: @escaping @Sendable (inout [Substring]) -> Void
    ) -> Alteration {
        Alteration(.checkpoint, name, { _ in .file(.checkpoint, "checkpoint") }) { log in
            try log.edit("checkpoint") { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                change(&lines)
                bytes = Array(lines.joined(separator: "\n").utf8)
            }
        }
    }

    private static var checkpoints: [Alteration] {
        [
            checkpoint("another origin") { $0[0] = "ledger.example/other" },
            checkpoint("another size") { $0[1] = "599" },
            checkpoint("another root") { $0[2] = Substring(Text.root) },
            checkpoint("one more line") { $0.insert("more", at: 3) },
            checkpoint("no signature") { $0.remove(at: 4) },
            checkpoint("a bit of the signature") { lines in
                var line = Array(lines[4])
                line[line.count - 9] = line[line.count - 9] == "A" ? "B" : "A"
                lines[4] = Substring(String(line))
            },
            checkpoint("the line of another key") { lines in
                lines[4] = Substring(lines[4].replacing("ledger.example/prints", with: "other"))
            },
            Alteration(.checkpoint, "no text at all", { _ in .file(.checkpoint, "checkpoint") }) {
                $0.files["checkpoint"] = [0xFF, 0xFE]
            },
            remove(.checkpoint, "checkpoint", .unreadable("checkpoint")),
            Alteration(
                .checkpoint, "signed by a stranger",
                { _ in
                    .file(.checkpoint, "checkpoint")
                }
            ) { log in
                log.files["checkpoint"] = try log.note(by: log.keys.stranger)
            },
            Alteration(
                .checkpoint, "signed by the key that was handed over",
                { _ in
                    .file(.checkpoint, "checkpoint")
                }
            ) { log in
                log.files["checkpoint"] = try log.note(by: log.keys.note(forSize: 2))
            },
            flip(
                .previousCheckpoint, "checkpoint.previous", 0, "a bit",
                .unused("it is for the writer of the folder alone")),
        ]
    }

    // MARK: - Tiles

    private static var tiles: [Alteration] {
        everything(.leafTile, "tile/0/000", .file(.tile, "tile/0/000"))
            + everything(.partialTile, "tile/0/002.p/88", .file(.tile, "tile/0/002"))
            + everything(.upperTile, "tile/1/000.p/2", .file(.tile, "tile/1/000"))
            + [
                Alteration(
                    .leafTile, "two hashes change places",
                    { _ in
                        .file(.tile, "tile/0/001")
                    }
                ) { log in
                    try log.edit("tile/0/001") { bytes in
                        bytes = Array(bytes[32..<64] + bytes[..<32] + bytes[64...])
                    }
                },
                Alteration(
                    .leafTile, "another tile in its place",
                    { _ in
                        .file(.tile, "tile/0/000")
                    }
                ) { $0.files["tile/0/000"] = $0.files["tile/0/001"] },
                remove(.leafTile, "tile/0/000", .unreadable("tile/0/000")),
                remove(.partialTile, "tile/0/002.p/88", .unreadable("tile/0/002")),
                remove(.upperTile, "tile/1/000.p/2", .unreadable("tile/1/000")),
                flip(
                    .olderPartial, "tile/0/001.p/44", 0, "a bit",
                    .unused("the full tile has its hashes, and is what the newest head names")),
            ]
    }

    // MARK: - Bundles

    private static var bundles: [Alteration] {
        ["tile/entries/000", "tile/entries/002.p/88"].flatMap { path in
            let object = path.hasSuffix("000") ? LoggedObject.bundle : .partialBundle
            return [
                flip(object, path, 1, "the length", .file(.bundle, path)),
                flip(object, path, 9, "a bit of a leaf", .file(.bundle, path)),
                flip(object, path, -1, "the last bit", .file(.bundle, path)),
                cut(object, path, .file(.bundle, path)),
                extend(object, path, .file(.bundle, path)),
                Alteration(
                    object, "two leaves of \(path) change places",
                    { _ in
                        .file(.bundle, path)
                    }
                ) { log in
                    try log.edit(path) { bytes in
                        var leaves = RecordedLog.split(bytes)
                        leaves.swapAt(0, 1)
                        bytes = RecordedLog.bundle(leaves[...])
                    }
                },
                Alteration(
                    object, "a leaf of \(path) is left out",
                    { _ in
                        .file(.bundle, path)
                    }
                ) { log in
                    try log.edit(path) { bytes in
                        bytes = RecordedLog.bundle(RecordedLog.split(bytes).dropLast())
                    }
                },
                remove(object, path, .unreadable("tile/entries/00")),
            ]
        } + [
            Alteration(
                .bundle, "another bundle in its place",
                { _ in
                    .file(.bundle, "tile/entries/001")
                }
            ) { $0.files["tile/entries/001"] = $0.files["tile/entries/000"] },
            flip(
                .olderPartial, "tile/entries/001.p/44", 9, "a bit",
                .unused("the full bundle has its leaves, and is what the newest head names")),
        ]
    }
}

extension Text {
    /// 32 bytes in base64 that are no root of anything.
    fileprivate static let root = String(repeating: "A", count: 43) + "="
}
