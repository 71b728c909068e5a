import Encoding
import Provenance
import TestLog
import Testing

/// A kit as one file is the kit, and nothing else is (trust-kit.md §4).
@Suite struct KitOneFileTests {
    private let files: TrustKit.Files

    init() throws {
        var log = try MemoryLedger()
        try log.addPoP()
        files = try log.kitFiles()
    }

    /// The file that one file is refused for; "whole" for all of it, nil where it is taken.
    private func fault(_ bytes: [UInt8]) -> String? {
        do throws(TrustKitError) {
            _ = try TrustKit.Files(oneFile: bytes)
            return nil
        } catch {
            return error.file ?? "whole"
        }
    }

    private func map(_ members: [(Text, CBOR)]) -> [UInt8] {
        CBORMap(members.map { (.text($0.0), $0.1) }).encoded()
    }

    private var members: [(Text, CBOR)] {
        files.named.map { (Text($0.name), .bytes($0.bytes)) }
    }

    private static let calendars = "https://a.calendar.example\nhttp://127.0.0.1:14788/x\n"

    @Test(arguments: [nil, [1, 2]] as [[UInt8]?], [false, true])
    func folderAndFileAreEqual(roots: [UInt8]?, hasCalendars: Bool) throws {
        let calendars = hasCalendars ? Array(Self.calendars.utf8) : nil
        var files = files
        files.timestampRoots = roots
        files.calendars = calendars
        let read = try TrustKit.Files(oneFile: files.oneFile)
        #expect(read == files)
        #expect(read.oneFile == files.oneFile)
        let kit = try TrustKit(read)
        #expect(kit.timestampRoots == roots)
        let urls: [Text] = ["https://a.calendar.example", "http://127.0.0.1:14788/x"]
        #expect(kit.calendars == (calendars == nil ? [] : urls))
    }

    /// What a kit has no need for does not change its bytes: older programs read it.
    @Test func aKitWithoutCalendarsIsTheFileThatItWas() {
        #expect(files.calendars == nil && files.oneFile.first == 0xA4)
        var dated = files
        dated.timestampRoots = [1]
        #expect(dated.oneFile.first == 0xA5)
        dated.calendars = Array("https://a.example\n".utf8)
        #expect(dated.oneFile.first == 0xA6)
    }

    /// The order is that of CBOR: by the length of the names, then by their bytes.
    @Test func aFileOfAKitBeginsWithItsPolicy() {
        let start: [UInt8] = [0xA4, 0x66] + Array("policy".utf8)
        #expect(files.oneFile.starts(with: start))
    }

    @Test(arguments: ["policy", "genesis", "registry.cbor", "receipt-keys.cbor"])
    func aKitThatLacksAFileIsRefused(name: Text) {
        let others = members.filter { $0.0 != name }
        #expect(fault(map(others)) == "whole")
        #expect(fault(map(others + [("tsa.pem", .bytes([1]))])) == name.string)
    }

    @Test(arguments: ["Policy", "policy\0", "../policy", "note.pem", "", "genesis.txt"])
    func aKitWithAFileOfAnotherNameIsRefused(name: Text) {
        #expect(fault(map(members + [(name, .bytes([1]))])) == "whole")
    }

    @Test func everyFileIsAByteString() {
        for value in [CBOR.text("x"), .array([]), .null, .unsigned(1)] {
            #expect(fault(map(members.dropLast() + [(members[3].0, value)])) != nil)
        }
    }

    @Test func onlyTheOneEncodingIsTaken() {
        let bytes = files.oneFile
        #expect(fault(bytes) == nil)
        #expect(fault(bytes + [0]) == "whole")
        #expect(fault(bytes.dropLast()) == "whole")
        #expect(fault([0xB8, 0x04] + bytes.dropFirst()) == "whole")
        var reversed: [UInt8] = [0xA4]
        for (name, bytes) in members.reversed() {
            reversed += CBOR.text(name).encoded() + bytes.encoded()
        }
        #expect(fault(reversed) == "whole")
    }

    /// Sixty million numbers in sixty megabytes would be gigabytes once they are taken apart.
    @Test func whatHasAnotherFormIsNotTakenApart() {
        let many = [UInt8](repeating: 0x01, count: 60 << 20)
        let array: [UInt8] = [0x9A, 0x03, 0xC0, 0x00, 0x00] + many
        for bytes in [array, [0xA4, 0x66] + Array("policy".utf8) + array, [0xBF], [0xA3], []] {
            #expect(fault(bytes) == "whole")
        }
    }

    @Test func aFileThatIsTooLargeIsRefused() {
        var files = files
        files.receiptKeys = [UInt8](repeating: 0, count: 1 << 20 + 1)
        #expect(throws: TrustKitError.self) { try TrustKit(files) }
        files.registry = [UInt8](repeating: 0, count: 100 << 20)
        #expect(fault(files.oneFile) == "whole")
    }
}
