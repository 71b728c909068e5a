/// What a path of the site names.
package enum SiteResource: Hashable, Sendable {
    case front
    case find
    case log
    case likeness
    case entry(String)
    case code(String)
    case verify
    case verifyFile(String)
    case style
    case icon
    case operations
    case operationsStyle
    case operationsIcon

    /// Reads a path that begins with "/" and leaves out the origin's.
    package init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        switch (parts.first, parts.count) {
        case ("", 1): self = .front
        case ("find", 1): self = .find
        case ("log", 1): self = .log
        case ("likeness", 1): self = .likeness
        case ("verify", 1): self = .verify
        case ("site.css", 1): self = .style
        case ("icon.svg", 1): self = .icon
        case ("ops", 1): self = .operations
        case ("ops.css", 1): self = .operationsStyle
        case ("ops.svg", 1): self = .operationsIcon
        case ("verify", 2): self = .verifyFile(String(parts[2]))
        case ("entries", 2) where !parts[2].isEmpty: self = .entry(String(parts[2]))
        case ("entries", 3) where parts[3] == "qr.svg": self = .code(String(parts[2]))
        default: return nil
        }
    }

    /// The name in metrics and logs.
    package var pattern: String {
        switch self {
        case .front: "/"
        case .find: "/find"
        case .log: "/log"
        case .likeness: "/likeness"
        case .entry: "/entries/{id}"
        case .code: "/entries/{id}/qr.svg"
        case .verify: "/verify"
        case .verifyFile: "/verify/{name}"
        case .style: "/site.css"
        case .icon: "/icon.svg"
        case .operations: "/ops"
        case .operationsStyle: "/ops.css"
        case .operationsIcon: "/ops.svg"
        }
    }

    /// What stands before the path of another page, seen from the page at `path`: so links hold
    /// below whatever path a proxy has put the site.
    static func root(from path: String, to resource: SiteResource) -> String {
        switch resource {
        case .entry, .verifyFile: "../"
        case .code: "../../"
        case .front where !path.hasSuffix("/"):
            // Opened by the origin's path without its last slash.
            (path.split(separator: "/").last.map(String.init) ?? ".") + "/"
        default: "./"
        }
    }
}
