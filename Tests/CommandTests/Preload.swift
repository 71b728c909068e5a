import Foundation
import TestSupport

/// A library of `Fixtures` that takes the place of some calls of the C library in a program.
struct Preload {
    /// Whether it can be compiled here.
    static let isPossible = Program.isInstalled("gcc")

    /// What makes a program load it, and tells it which file says what it does.
    let environment: [String: String]

    /// Compiles `Fixtures/NAME.c` in the folder of `shop`; `variable` names the file for it.
    init(_ name: String, _ variable: String, file: URL, in shop: Workshop) async throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/\(name).c")
        let library = shop.url("\(name).so").path()
        let compiled = try await Program.run(
            "gcc", ["-O2", "-shared", "-fPIC", "-o", library, source.path()], in: shop.folder)
        guard compiled.status == 0 else { throw FixtureError.unexpected(compiled.words) }
        environment = ["LD_PRELOAD": library, variable: file.path()]
    }
}
