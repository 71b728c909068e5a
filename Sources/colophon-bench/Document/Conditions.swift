import Foundation

/// The machine, the time and the command: what figures mean nothing without.
struct Conditions: CustomStringConvertible {
    let description: String

    /// Takes them now; before a run, so that the load is what else the machine does.
    init() {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let memory = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
        let day = ISO8601DateFormatter.string(
            from: Date(), timeZone: .gmt, formatOptions: .withFullDate)
        description = String(
            format: "%@, %d cores, %.0f GiB, Linux %@, load %@ before; %@; `%@`.",
            Self.line("/proc/cpuinfo", after: "model name") ?? "unknown processor", cores, memory,
            Self.line("/proc/sys/kernel/osrelease") ?? "",
            Self.line("/proc/loadavg")?.split(separator: " ").first.map(String.init) ?? "", day,
            Self.command)
    }

    /// The command as it is given to `Tools/bench`, without the places of this machine.
    private static var command: String {
        var words = ["Tools/bench"]
        var isPlace = false
        for argument in CommandLine.arguments.dropFirst() {
            switch argument {
            case "measure", "--keep": continue
            case "growth": words.append("--growth")
            case "--folder", "--write": isPlace = true
            case _ where isPlace: isPlace = false
            default: words.append(argument)
            }
        }
        return words.joined(separator: " ")
    }

    /// The first line of a file that begins with `name`, without the name; else the first line.
    private static func line(_ path: String, after name: String = "") -> String? {
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix(name) }
        guard let line else { return nil }
        guard !name.isEmpty else { return String(line) }
        return line.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    }
}
