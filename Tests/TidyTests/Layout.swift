/// What may stand at the top of the package, and how large a file may be.
enum Layout {
    /// The names at the top, beside those that begin with a dot.
    static let names: Set<String> = [
        "Package.swift", "Sources", "Tests", "Schemas", "Tools", "README.md", "SECURITY.md",
        "LICENSE",
    ]

    /// What a clone can carry without anyone noticing: 900 KiB.
    static let maximumByteCount = 900 * 1024

    /// Returns those of `paths` that stand at the top without a reason.
    static func strays(among paths: [String]) -> [String] {
        paths.filter { path in
            let top = path.prefix { $0 != "/" }
            return !top.hasPrefix(".") && !names.contains(String(top))
        }
    }

    static func isTooLarge(byteCount: Int) -> Bool {
        byteCount > maximumByteCount
    }
}
