import Checkpoints
import Encoding
import Merkle
import Testing

@Suite struct CheckpointTests {
    private static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    private static let emptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    private func parse(_ text: String, allowingExtensions: Bool = false) throws -> Checkpoint {
        try Checkpoint(parsing: bytes(text), allowingExtensions: allowingExtensions)
    }

    @Test func theSpecificationsExampleIsReadAndWritten() throws {
        let text = "example.com/behind-the-sofa\n20852163\n\(Self.root)\n"
        let checkpoint = try parse(text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.text == bytes(text))
        let same = try Checkpoint(
            origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
        #expect(same == checkpoint)
    }

    @Test func theEmptyTreeHasOneRoot() throws {
        #expect(try parse("a\n0\n\(Self.emptyRoot)\n").root == .emptyTree)
        #expect(throws: CheckpointError.wrongEmptyRoot) { try parse("a\n0\n\(Self.root)\n") }
    }

    @Test func extensionLinesAreKeptWhereTheyAreAllowed() throws {
        let text = "a\n1\n\(Self.root)\nTimestamp: 1\n— x\n"
        #expect(throws: CheckpointError.extensionLine) { try parse(text) }
        let checkpoint = try parse(text, allowingExtensions: true)
        #expect(checkpoint.extensions == ["Timestamp: 1", "— x"])
        #expect(checkpoint.text == bytes(text))
        #expect(checkpoint != (try parse("a\n1\n\(Self.root)\n")))
    }

    @Test(arguments: [
        "", "00", "01", "-1", "+1", "1 ", " 1", "1e3", "0x1", "１", "9223372036854775808",
        "18446744073709551616", "99999999999999999999999999",
    ])
    func sizesOfAnotherSpellingAreRefused(size: String) {
        #expect(throws: CheckpointError.malformedSize) { try parse("a\n\(size)\n\(Self.root)\n") }
    }

    @Test func theLargestSizeIsRead() throws {
        let checkpoint = try parse("a\n9223372036854775807\n\(Self.root)\n")
        #expect(checkpoint.size == UInt64(Int64.max))
        #expect(throws: CheckpointError.malformedSize) {
            try Checkpoint(origin: "a", size: checkpoint.size + 1, root: checkpoint.root)
        }
    }

    @Test func everyRuleHasItsOwnError() {
        let long = String(repeating: "o", count: 256)
        let broken: [(String, CheckpointError)] = [
            ("", .unterminated),
            ("a\n1\n\(Self.root)", .unterminated),
            ("\n", .missingLine(1)),
            ("a\n1\n", .missingLine(2)),
            ("a\n1\n\(Self.root)\n\n", .extensionLine),
            ("\n1\n\(Self.root)\n", .malformedOrigin),
            ("a\u{1}\n1\n\(Self.root)\n", .malformedOrigin),
            ("\(long)\n1\n\(Self.root)\n", .malformedOrigin),
            ("a\n1\n\n", .malformedRoot),
            ("a\n1\n\(Self.root.dropLast())\n", .malformedRoot),
            ("a\n1\n\(Self.root.dropLast(2))J=\n", .malformedRoot),
            ("a\n1\n \(Self.root)\n", .malformedRoot),
            ("a\n1\nAAAA\n", .malformedRoot),
        ]
        for (text, error) in broken {
            #expect(throws: error, "\(text.debugDescription)") { try parse(text) }
        }
        #expect(throws: CheckpointError.malformedExtension) {
            try parse("a\n1\n\(Self.root)\n\n", allowingExtensions: true)
        }
        #expect(throws: CheckpointError.malformedOrigin) {
            try Checkpoint(origin: "a\nb", size: 1, root: someRoot)
        }
    }

    @Test func anOriginOf255BytesIsRead() throws {
        let origin = String(repeating: "o", count: 255)
        #expect(try parse("\(origin)\n1\n\(Self.root)\n").origin == Text(origin))
    }
}
