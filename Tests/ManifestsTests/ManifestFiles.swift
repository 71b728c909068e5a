import Encoding
import Foundation
import Testing

/// The package's folder as the tests find it on disk.
enum ManifestFiles {
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: package.appending(path: path)))
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: package.appending(path: folder).path())
            .sorted()
    }
}

/// One line of `Schemas/manifests`: a manifest and the verdict that our checks must give.
struct ManifestCase: Sendable, CustomTestStringConvertible {
    let corpus: String
    let name: String
    let bytes: [UInt8]

    /// "admitted", or a refusal's reason and field.
    let verdict: String

    var testDescription: String { "\(corpus): \(name)" }

    /// All cases of all types.
    static func all() throws -> [ManifestCase] {
        var cases: [ManifestCase] = []
        let files = try ManifestFiles.names(in: "Schemas/manifests")
        for file in files where file.hasSuffix(".jsonl") {
            let lines = try ManifestFiles.bytes("Schemas/manifests/\(file)").split(separator: 0x0A)
            for line in lines {
                cases.append(try ManifestCase(corpus: file, JSON.decode(Array(line))))
            }
        }
        return cases
    }

    private init(corpus: String, _ json: JSON) throws {
        self.corpus = corpus
        name = json["name"]?.text?.string ?? ""
        verdict = json["colophon"]?.text?.string ?? ""
        let encoded = json["base64"]?.text.flatMap { Base64.decode($0.utf8) }
        bytes = encoded ?? json["manifest"]?.text?.utf8 ?? []
    }
}
