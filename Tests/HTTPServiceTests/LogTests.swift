import Encoding
import Foundation
import HTTPService
import Logging
import Synchronization
import Testing

@Suite(.serialized) struct LogTests {
    private static let nasty = "a\nb \u{1B}[31m \"q\" \\ \u{202E}x = \u{9B}"

    private func line(_ format: LogFormat, _ metadata: Logger.Metadata) throws -> String {
        let lines = Mutex<[String]>([])
        withExtendedLifetime(lines) {
            let handler = LineLogHandler(label: "l", format: format) { line in
                lines.withLock { $0.append(line) }
            }
            Logger(label: "l") { _ in handler }
                .info("\(Self.nasty)", metadata: metadata)
        }
        return try #require(lines.withLock { $0.first })
    }

    @Test(arguments: LogFormat.allCases)
    func nothingInAnEventCanForgeALine(format: LogFormat) throws {
        let line = try line(format, ["path": "\(Self.nasty)", Self.nasty: "v"])
        #expect(line.hasSuffix("\n"))
        for scalar in line.unicodeScalars.dropLast() {
            #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value))
            #expect(scalar != "\u{202E}")
        }
    }

    /// Who cannot send an escape cannot send what stands for one.
    @Test func aMarkOfOursCannotBeForged() throws {
        let (real, forged) = ("\u{1B}", "\\u{1b}")
        let lines = try [real, forged].map { try line(.text, ["path": "\($0)"]) }
        #expect(lines[0].contains(" path=\\u{1b}"))
        #expect(lines[1].contains(" path=\\\\u{1b}"))
        let quoted = try line(.text, ["path": "\\\" status=200"])
        #expect(quoted.contains(#" path="\\\" status=200""#))
    }

    @Test func aJSONLineIsAnObjectWithTheEventsParts() throws {
        let line = try line(.json, ["path": "\(Self.nasty)", "level": "mine"])
        let object = try JSON.decode(Array(line.utf8))
        #expect(object["level"]?.text == "info")
        #expect(object["_level"]?.text == "mine")
        #expect(object["message"]?.text == Text(Self.nasty))
        #expect(object["path"]?.text == Text(Self.nasty))
        let time = try #require(object["time"]?.text?.string)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }
}
