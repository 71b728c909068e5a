import Explorer
import Foundation
import Testing

/// The files that the program has inside it are those of the package.
@Suite struct PackedFilesTests {
    private static let source = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Explorer")

    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: source.appending(path: folder).path()
        ).sorted().map { "\(folder)/\($0)" }
    }

    @Test(arguments: ["Templates", "Verify"])
    func everyFileOfTheFolderIsPackedAsItLiesThere(folder: String) throws {
        let isThere = FileManager.default.isReadableFile(
            atPath: Self.source.appending(path: folder).path())
        try #require(isThere, "\(folder) is missing")
        let names = try Self.files(in: folder)
        for name in names {
            let bytes = try Array(Data(contentsOf: Self.source.appending(path: name)))
            #expect(PackedFiles.bytes(name) == bytes, "\(name): build again, or list it")
        }
    }

    @Test func theDocumentOfPerceptualHashesIsPackedAsItLiesThere() throws {
        let document = Self.source.appending(path: "../../Schemas/perceptual.md")
        let bytes = try Array(Data(contentsOf: document))
        #expect(PackedFiles.bytes("Schemas/perceptual.md") == bytes, "build again")
    }

    @Test func whatIsNotPackedIsNotThere() {
        #expect(PackedFiles.bytes("Templates/../Explorer.swift") == nil)
        #expect(PackedFiles.bytes("") == nil)
        #expect(Set(PackedFiles.names).count == PackedFiles.names.count)
    }

    /// A value comes escaped out of its type: two braces would escape it again, and a template that
    /// needs none of this has a value that nobody escaped.
    @Test func templatesOfOursWriteThreeBraces() throws {
        for name in try Self.files(in: "Templates") where name.hasSuffix(".mustache") {
            let text = try String(
                contentsOf: Self.source.appending(path: name), encoding: .utf8)
            let loose = text.matches(of: #/\{+[^{}]*\}+/#).map { String($0.output) }.filter {
                !$0.hasPrefix("{{{") && !["{{#", "{{^", "{{/"].contains(String($0.prefix(3)))
            }
            #expect(loose.isEmpty, "\(name): \(loose)")
            let unsafe = ["style=", "<script", "onclick", "http://", "https://", "javascript:"]
            for word in unsafe { #expect(!text.contains(word), "\(name): \(word)") }
        }
    }
}
