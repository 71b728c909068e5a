import Settings
import Testing

/// Whoever mistypes a command is told which one is like it.
@Suite struct NearNamesTests {
    private static let names = ["keygen", "key", "sign", "submit", "show", "status", "verify"]

    @Test(arguments: [
        ("sgin", ["sign"]), ("sing", ["sign"]), ("sub", ["submit"]), ("verfiy", ["verify"]),
        ("kyegen", ["keygen"]), ("shwo", ["show"]), ("nonsense", []), ("", []),
    ])
    func theLikestNamesAreFound(word: String, names: [String]) {
        #expect(NearNames.like(word, among: Self.names) == names)
    }
}
