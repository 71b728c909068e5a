import Testing

/// A text that breaks a rule.
private struct Sample: CustomTestStringConvertible {
    let check: StyleCheck
    let text: String

    init(_ check: StyleCheck, _ text: String) {
        self.check = check
        self.text = text
    }

    /// The long samples would fill the log.
    var testDescription: String { "\(check): \(text.prefix(30))" }
}

/// The checks themselves: each must find its sample, and nothing in tidy code.
@Suite struct TidyCheckTests {
    private static let table = ArchitectureTable(
        markdown: """
            # Targets

            | target | question | imports |
            |---|---|---|
            | `Merkle` | does it hold? | Crypto |

            # Unsafe code

            | place | why |
            |---|---|
            | `Sources/Merkle/Hash.swift` | loads |

            # Output

            | place | why |
            |---|---|
            | `Sources/Merkle/Words.swift` | says them |
            """)

    private static let long = String(repeating: "    step()\n", count: 70)

    /// Breaks of each rule, as the body of a file of the target Merkle.
    private static let samples: [Sample] = [
        Sample(.columns, "let a = \(String(repeating: "1", count: 93))"),
        Sample(.fileLength, String(repeating: "let a = 1\n", count: 501)),
        Sample(.functionLength, "func f() {\n\(long)}\n"),
        Sample(.functionLength, "public init?(\n    a: Int\n) throws(E) {\n\(long)}\n"),
        Sample(.functionLength, "private var a: Int {\n\(long)}\n"),
        Sample(.functionLength, "  @Test(arguments: [1, 2])\n  mutating func f() {\n\(long)}\n"),
        Sample(.escapeHatches, "let a = try! f()"),
        Sample(.escapeHatches, "let a = b as! C"),
        Sample(.escapeHatches, "f(\"\\(try! g())\")"),
        Sample(.escapeHatches, "fatalError(\"no\")"),
        Sample(.escapeHatches, "@testable import Merkle"),
        Sample(.openEnds, "// TODO: later"),
        Sample(.openEnds, "/* one /* two */ FIXME */"),
        Sample(.names, "struct KeyManager {}"),
        Sample(.names, "enum Utils {}"),
        Sample(.vectors, "let words: SIMD4<UInt64>"),
        Sample(.swiftInWords, "let a = \"noKey(path)\""),
        Sample(.swiftInWords, "let a = \"it is \\(b) likeThis(1)\""),
        Sample(.looseCommands, "let a = \"chmod 600 \\(path)\""),
        Sample(.looseCommands, "let a = \"run colophon show \\(path) again\""),
        Sample(
            .wideHints,
            "throw A(hint: \"\(String(repeating: "word ", count: 12))\" + \"and the other half\")"
        ),
        Sample(.repairs, "let a = CommandLine.arguments"),
        Sample(.repairs, "let a = ProcessInfo.processInfo.environment[\"HOME\"]"),
        Sample(
            .recursion, "func walk(_ f: Folder) {\n    for n in f.names() { walk(f.child(n)) }\n}\n"
        ),
        Sample(
            .recursion,
            "func make(at path: P) {\n    if let up = Place.split(path) { make(at: up) }\n}\n"),
        Sample(.testNames, "@Test func testRoot() {}"),
        Sample(.testNames, "@Test(arguments: [1])\nfunc test_root(a: Int) {}"),
        Sample(.purity, "let now = ContinuousClock().now"),
        Sample(.purity, "let a = Int.random(in: 0..<9)"),
        Sample(.purity, "let key = P256.Signing.PrivateKey()"),
        Sample(.purity, "print(1)"),
        Sample(.files, "try Data(contentsOf: url)"),
        Sample(.files, "let a = FileManager.default.contents(atPath: a)"),
        Sample(.files, "let a = FileHandle(forReadingAtPath: path)"),
        Sample(.files, "let a = URL(filePath: path)"),
        Sample(.files, "let a = try String(contentsOfFile: path)"),
        Sample(.files, "let a = unsafe open(path, O_RDONLY)"),
        Sample(.files, "if stat(path, &status) == 0 {}"),
        Sample(.files, "_ = unlink(oldName)"),
        Sample(.files, "bootstrap.bind(unixDomainSocketPath: a)"),
        Sample(.imports, "import Foundation"),
        Sample(.imports, "package import struct Foundation.Data"),
        Sample(.unsafeCode, "let a = unsafe b.pointee"),
        Sample(.unsafeCode, "final class A: @unchecked Sendable {}"),
        Sample(.waits, "let condition = NSCondition()"),
        Sample(.waits, "_ = semaphore.wait(timeout: .now() + 1)"),
        Sample(.absences, "if FileManager.default.fileExists(atPath: path) {}"),
        Sample(.absences, "guard let bytes = try? await client.receipt(of: id) else { return }"),
        Sample(.absences, "let page = try? await self.desk.client\n    .page(of: list)"),
        Sample(.absences, "let bytes = (try? InputFile(path).bytes(limit: 9)) ?? []"),
        Sample(.absences, "let there = try? folder.read(name, limit: 9)"),
        Sample(.processes, "let shell = Process()"),
        Sample(.output, "print(1)"),
        Sample(.output, "    debugPrint(a)"),
        Sample(.output, "Swift.print(1)"),
        Sample(.output, "Swift . dump(1)"),
        Sample(.output, "f(\"\\(a)\", print (b))"),
        Sample(.output, "fputs(text, stderr)"),
        Sample(.output, "FileHandle.standardError.write(a)"),
        Sample(.output, "let stream: FileHandle = .standardOutput"),
        Sample(.output, "let number = STDERR_FILENO"),
        Sample(.output, "unsafe write(2, bytes, count)"),
        Sample(.output, "FileHandle(fileDescriptor: 1)"),
        Sample(.output, "try Streams.write(bytes, to: stream)"),
        Sample(.output, "isatty(Streams.error)"),
        Sample(.output, "scalar.properties.generalCategory == .format"),
        Sample(.hiddenArguments, #"@Test(arguments: ["\u{1B}"]) func a(b: String) {}"#),
        Sample(
            .hiddenArguments, #"@Test(arguments: [("\u{202e}x", 1)])\nfunc a(b: String, c: Int) {}"#
        ),
        Sample(.hiddenArguments, #"@Test(arguments: ["x\u{FEFF}"] + all) func a(b: String) {}"#),
    ]

    @Test(arguments: samples)
    private func aBreakOfTheRuleIsFound(sample: Sample) {
        let file = SourceFile(path: "Sources/Merkle/Sample.swift", text: sample.text)
        #expect(!sample.check.findings(in: file, Self.table).isEmpty)
    }

    @Test(arguments: [
        "var known: Set<String> = []", "let a = Set < String > ()", "var a: [String: Int] = [:]",
        "private var folders: [String : Folder]", "var paths: [String: [String]]",
    ])
    func namesThatAreComparedAsTextAreFound(text: String) {
        for target in ["Files", "Studio", "colophon"] {
            let file = SourceFile(path: "Sources/\(target)/Sample.swift", text: text)
            #expect(!StyleCheck.looseNames.findings(in: file, Self.table).isEmpty)
        }
        let other = SourceFile(path: "Sources/Merkle/Sample.swift", text: text)
        #expect(StyleCheck.looseNames.findings(in: other, Self.table).isEmpty)
    }

    @Test(arguments: [
        "var known: Set<Text> = []", "var all: [Text: Folder] = [:]", "let a: [String: String?]",
        "let words: [String] = []",
    ])
    func namesThatAreComparedAsBytesAreTidy(text: String) {
        let file = SourceFile(path: "Sources/Studio/Sample.swift", text: text)
        #expect(StyleCheck.looseNames.findings(in: file, Self.table).map(\.description) == [])
    }

    @Test(arguments: [
        "try await Task.sleep(for: .seconds(1))", "Thread.sleep(forTimeInterval: 1)",
        "@Test(.timeLimit(.minutes(1))) func a() {}",
        "#expect(ContinuousClock.now - start < limit)",
        "let options = CallOptions()", "usleep(1000)", "_ = semaphore.wait(timeout: .now() + 1)",
    ])
    func aTestThatWaitsForATimeIsFound(text: String) {
        let test = SourceFile(path: "Tests/MerkleTests/Sample.swift", text: text)
        #expect(!StyleCheck.waits.findings(in: test, Self.table).isEmpty)
        let support = SourceFile(path: "Tests/TestSupport/Sample.swift", text: text)
        #expect(StyleCheck.waits.findings(in: support, Self.table).isEmpty)
    }

    @Test(arguments: [
        "flock(descriptor, LOCK_EX)", "while !Task.isCancelled {\n    if a { b() }\n}\nawait c()",
    ])
    func aWaitWithoutAnEndIsFound(text: String) {
        for path in ["Sources/Studio/Sample.swift", "Tests/MerkleTests/Sample.swift"] {
            let file = SourceFile(path: path, text: text)
            #expect(!StyleCheck.waits.findings(in: file, Self.table).isEmpty)
        }
    }

    @Test(arguments: [
        "flock(descriptor, LOCK_EX | LOCK_NB)",
        "while !Task.isCancelled {\n    if a { b() }\n    await Task.yield()\n}",
        "try await eventually(\"it is there\") { isThere }",
        "@Test(.timeLimit(.minutes(Patience.minutes))) func a() {}",
        "try await pause(atLeast: .seconds(1))", "let took = ContinuousClock.now - start",
    ])
    func aTestThatWaitsForAnEventIsTidy(text: String) {
        let test = SourceFile(path: "Tests/MerkleTests/Sample.swift", text: text)
        #expect(StyleCheck.waits.findings(in: test, Self.table).map(\.description) == [])
    }

    @Test(arguments: [
        #"@Test(arguments: ["\u{1B}"] as [ShownText]) func a(b: ShownText) {}"#,
        #"@Test(arguments: ["\u{E9}", "\u{645}"]) func a(b: String) { c("\u{1B}") }"#,
    ])
    func anArgumentThatALogCanShowIsTidy(text: String) {
        let test = SourceFile(path: "Tests/MerkleTests/Sample.swift", text: text)
        #expect(StyleCheck.hiddenArguments.findings(in: test, Self.table).isEmpty)
    }

    @Test(arguments: [
        "let receipt = try? Receipt(bytes)", "try? await Task.sleep(for: pause)",
        "try? folder.remove(name)", "let place = try? Placement(name)",
        "do { try await client.receipt(of: id) } catch { return nil }",
    ])
    func aFailureThatIsNoAbsenceIsTidy(text: String) {
        let file = SourceFile(path: "Sources/Studio/Sample.swift", text: text)
        #expect(StyleCheck.absences.findings(in: file, Self.table).map(\.description) == [])
    }

    @Test(arguments: StyleCheck.allCases)
    func tidyCodeHasNoFindings(check: StyleCheck) {
        let text = """
            import Crypto

            /// A promise, not a TO-DO; try! is only mentioned.
            struct Sample {
                let text = "try! as! fatalError import Foundation unsafe // TODO"
                let raw = #"a "quoted" try! \\(b)"#

                func first(_ a: [Int] = [1]) -> Int { a.reduce(0) { $0 + $1 } }
                /* unsafe */ var second: Int { 2 }
            }
            """
        let file = SourceFile(path: "Sources/Merkle/Sample.swift", text: text)
        #expect(check.findings(in: file, Self.table).map(\.description) == [])
    }

    @Test func aFileOfNoTargetInTheTableIsFound() {
        let file = SourceFile(path: "Sources/Extra/A.swift", text: "let a = 1")
        #expect(!StyleCheck.imports.findings(in: file, Self.table).isEmpty)
    }

    @Test func unsafeCodeIsAllowedWhereTheTableSaysSo() {
        let file = SourceFile(path: "Sources/Merkle/Hash.swift", text: "let a = unsafe b.pointee")
        #expect(StyleCheck.unsafeCode.findings(in: file, Self.table).isEmpty)
    }

    @Test func outputIsAllowedWhereTheTableSaysSo() {
        let file = SourceFile(path: "Sources/Merkle/Words.swift", text: "print(1)")
        #expect(StyleCheck.output.findings(in: file, Self.table).isEmpty)
    }

    @Test(arguments: [
        "console.print(1)", "func print(_ line: String) {}", "a[0].print(1)", "f().print(1)",
        "let text = \"print(1)\" // print(2)",
    ])
    func aMethodOfThatNameIsNoOutput(text: String) {
        let file = SourceFile(path: "Sources/Merkle/Sample.swift", text: text)
        #expect(StyleCheck.output.findings(in: file, Self.table).map(\.description) == [])
    }

    @Test func aFunctionOfSeventyLinesIsNotTooLong() {
        let body = String(repeating: "    step()\n", count: 68)
        let file = SourceFile(path: "Sources/Merkle/A.swift", text: "func f() {\n\(body)}\n")
        #expect(StyleCheck.functionLength.findings(in: file, Self.table).isEmpty)
    }

    @Test func requirementsOfAProtocolHaveNoLength() {
        let text = "protocol A {\n    func f() throws\n    var a: Int { get }\n}\n\(Self.long)"
        let lengths = FunctionLengths.all(in: SourceText(text))
        #expect(lengths.map(\.lines) == [1])
    }

    @Test func strayNamesAndLargeFilesAreFound() {
        #expect(Layout.strays(among: ["docs/a.md", "Sources/A.swift", ".ci/run"]) == ["docs/a.md"])
        #expect(Layout.isTooLarge(byteCount: 900 * 1024 + 1))
        #expect(!Layout.isTooLarge(byteCount: 900 * 1024))
    }
}
