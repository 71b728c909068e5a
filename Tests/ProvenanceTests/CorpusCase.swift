import Checkpoints
import Encoding
import Foundation
import Merkle
import Provenance
import Testing

/// One `.colophon` file, and what a build must say about it with a kit.
struct CorpusCase: Sendable, CustomTestStringConvertible {
    /// Name of the file in `Schemas/corpus`, without `.colophon`.
    let name: String

    /// Name of the kit's folder in `Schemas/corpus/kits`.
    let kit: String

    /// SHA-256 of the artifact beside the file; nil where there is none.
    let artifact: Hash?

    /// The level that is asked for; nil for the kit's own.
    let require: Level?

    let reached: Level?
    let ok: Bool

    /// 0 yes, 1 no, 2 where the kit cannot be used, or the record is damaged or incomplete.
    var exit: Int64 = 1

    /// The verdicts of each check, in the report's order.
    var findings: [(check: String, verdict: String)] = []

    var testDescription: String { "\(name) by \(kit)" }

    /// The line of `cases.json`.
    var json: JSON {
        [
            "file": .string(Text(name + ".colophon")),
            "artifact": artifact.map { .string(Text("\($0)")) } ?? .null,
            "kit": .string(Text(kit)),
            "require": require.map { .string(Text($0.rawValue)) } ?? .null,
            "reached": reached.map { .string(Text($0.rawValue)) } ?? .null,
            "ok": .bool(ok), "exit": .integer(exit),
            "findings": .array(
                findings.map { [.string(Text($0.check)), .string(Text($0.verdict))] }),
        ]
    }

    /// What this build says about a file by a kit, as a line of `cases.json`.
    static func judged(
        _ name: String, _ bytes: [UInt8], by kit: String, _ files: TrustKit.Files,
        artifact: Hash?, require: Level?
    ) -> CorpusCase {
        guard let kitFiles = try? TrustKit(files) else {
            return CorpusCase(
                name: name, kit: kit, artifact: artifact, require: require, reached: nil,
                ok: false, exit: 2)
        }
        let report = Verifier(kitFiles).verify(
            file: bytes, artifact: artifact, require: require)
        return CorpusCase(
            name: name, kit: kit, artifact: artifact, require: require, reached: report.reached,
            ok: report.ok, exit: report.ok ? 0 : report.isDamaged ? 2 : 1,
            findings: report.findings.map { ($0.check.rawValue, $0.verdict.rawValue) })
    }
}

/// The files of `Schemas/corpus`.
enum CorpusFolder {
    static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas/corpus")

    /// The one reason to write there: the format version has changed on purpose.
    static let isWriting =
        ProcessInfo.processInfo.environment["COLOPHON_WRITE_CORPUS"] == "1"

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appending(path: path)))
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    static func kit(_ name: String) throws -> TrustKit.Files {
        try TrustKit.Files(reading: { try bytes("kits/\(name)/\($0.rawValue)") })
    }

    static func cases() throws -> [CorpusCase] {
        let list = try JSON.decode(bytes("cases.json")).array ?? []
        return list.map { item in
            CorpusCase(
                name: String(item["file"]?.text?.string.dropLast(9) ?? ""),
                kit: item["kit"]?.text?.string ?? "",
                artifact: item["artifact"]?.text.flatMap(Hex.decode).flatMap { Hash($0) },
                require: item["require"]?.text.flatMap { Level(rawValue: $0.string) },
                reached: item["reached"]?.text.flatMap { Level(rawValue: $0.string) },
                ok: item["ok"] == .bool(true), exit: item["exit"]?.integer ?? -1,
                findings: (item["findings"]?.array ?? []).map { pair in
                    let words = (pair.array ?? []).compactMap { $0.text?.string }
                    return (words.first ?? "", words.last ?? "")
                })
        }
    }
}
