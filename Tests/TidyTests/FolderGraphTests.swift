import Testing

/// The check of folders, names and files itself.
@Suite struct FolderGraphTests {
    private static func circles(_ texts: [String: String]) -> [String] {
        let files = texts.map { SourceFile(path: "Sources/A/\($0.key)", text: $0.value) }
        return FolderGraph("A", files).circles.map(\.rule)
    }

    @Test func twoFoldersThatMentionEachOtherAreACircle() {
        let circles = Self.circles([
            "One/First.swift": "struct First { let second: Second }",
            "Two/Second.swift": "enum Second { func first() -> First? { nil } }",
        ])
        #expect(
            circles == [
                "folders form a circle: One mentions Two's Second in Sources/A/One/First.swift, "
                    + "Two mentions One's First in Sources/A/Two/Second.swift"
            ])
    }

    @Test func threeFoldersInARoundAreACircle() {
        #expect(
            Self.circles([
                "One/First.swift": "struct First { let a: Second }",
                "Two/Second.swift": "struct Second { let a: Third }",
                "Three/Third.swift": "struct Third { let a: [First] }",
            ]).count == 1)
    }

    /// Files of no folder are one more, and functions and nested types have homes too.
    @Test(arguments: [
        ("func make() {}", "struct Second { init() { make() } }", "let a: Second"),
        ("extension Second { enum Kind {} }", "struct Second { let a: Kind }", ""),
    ])
    func functionsAndTypesInExtensionsAreFollowed(top: String, second: String, more: String) {
        let circles = Self.circles([
            "Top.swift": "\(top)\nstruct Top { \(more) }\nlet b = Second()",
            "Two/Second.swift": second,
        ])
        #expect(circles.count == 1)
    }

    @Test(arguments: [
        // A comment, a literal, an import, a member, a label and a nested type of the same name.
        "// First\nstruct Second {}", "let a = \"First\"", "import First\nstruct Second {}",
        "let a = b.First", "struct Second { enum First {} ; let a: First }",
        "func f(make: Int) {}", "let a = b.make()", "private struct First {}",
    ])
    func whatOnlyLooksLikeAMentionIsNone(second: String) {
        let circles = Self.circles([
            "One/First.swift": "struct First { let a: Second ; let b = c }\nfunc make() {}",
            "Two/Second.swift": second + "\nstruct Second {}",
        ])
        #expect(circles == [])
    }

    @Test func aNameInTwoTargetsNeedsARow() {
        let names = TypeNames([
            SourceFile(path: "Sources/A/One.swift", text: "struct One {} ; private struct Two {}"),
            SourceFile(path: "Sources/B/One.swift", text: "enum One {} ; enum Two {}"),
            SourceFile(path: "Sources/B/Other.swift", text: "struct Other { struct Inner {} }"),
            SourceFile(path: "Sources/C/Inner.swift", text: "struct Inner {}"),
        ])
        #expect(names.findings(["One": ["A", "B"]]).isEmpty)
        #expect(names.findings([:]).map(\.path) == ["One"])
        #expect(names.findings(["One": ["A", "B", "C"]]).map(\.path) == ["One"])
        #expect(names.findings(["One": ["A", "B"], "Two": ["A", "B"]]).map(\.path) == ["Two"])
    }

    @Test(arguments: [
        ("Hash.swift", "struct Hash {}"), ("Hash.swift", "private enum Hash {}"),
        ("Hash+Hex.swift", "extension Hash {}"), ("Object.swift", "extension JSON.Object {}"),
        ("Decimal.swift", "func decimal() {}"), ("KeyName.swift", "func isKeyName() {}"),
    ])
    func aFileThatBearsTheNameOfItsContentIsRight(name: String, text: String) {
        #expect(TypeNames.bearsName(SourceFile(path: "Sources/A/\(name)", text: text)))
    }

    @Test(arguments: [
        ("Hash.swift", "struct Digest {}"), ("Hashing.swift", "extension Hash {}"),
        ("Hash+Hex.swift", "struct Hash {}"), ("HexHash.swift", "struct Hex { struct HexHash {} }"),
        ("Decimal.swift", "struct Number {} ; func decimal() {}"),
    ])
    func aFileOfAnotherNameIsFound(name: String, text: String) {
        #expect(!TypeNames.bearsName(SourceFile(path: "Sources/A/\(name)", text: text)))
    }
}
