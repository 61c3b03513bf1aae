// swift-tools-version:6.2
import PackageDescription

// The floors of the house: a target imports only targets of a lower floor (CONTRIBUTING.md, "The house").
let package = Package(
    name: "beamsh",
    // For the packages nested in this one.
    products: [
        .library(name: "Language", targets: ["Language"]),
        .library(name: "Node", targets: ["Node", "Processes"]),
        .library(name: "Shell", targets: ["Shell"]),
        .library(name: "Support", targets: ["Support"]),
        .library(name: "Tables", targets: ["Tables"]),
        .library(name: "Terms", targets: ["Terms"]),
        .library(name: "TestKit", targets: ["TestKit"]),
    ],
    traits: [
        .trait(name: "TLS", description: "Distribution over TLS: the option --dist-tls")
    ],
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        // System libraries and C shims
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSupport"),
        .target(name: "CLibrarySource", exclude: ["modules"]),
        .target(name: "CLibEdit", linkerSettings: [.linkedLibrary("edit")]),

        // Floor 0
        .target(name: "Support", dependencies: ["CSupport"]),

        // Floor 1
        .target(
            name: "Terms",
            dependencies: [
                "Support", "CSupport", "CZlib",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
            ]),

        // Floor 2
        .target(
            name: "DistributionProtocol",
            dependencies: ["Support", "Terms", .product(name: "BigInt", package: "BigInt")]),
        .target(
            name: "EPMD",
            dependencies: [
                "CSupport", "Support",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        // Floor 3
        .target(
            name: "Distribution",
            dependencies: [
                "CSupport", "DistributionProtocol", "EPMD", "Support", "Terms",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"])),
            ]),
        .target(
            name: "Processes",
            dependencies: ["CSupport", "Support", "Terms", .product(name: "DequeModule", package: "swift-collections")]),
        .target(
            name: "Tables",
            dependencies: ["Support", "Terms", .product(name: "BigInt", package: "BigInt")]),

        // Floor 4
        .target(
            name: "Node",
            dependencies: [
                "CSupport", "Distribution", "DistributionProtocol", "EPMD", "Processes", "Support", "Tables", "Terms",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        .target(
            name: "Language",
            dependencies: [
                "CLibrarySource", "CSupport", "Processes", "Support", "Terms",
                .product(name: "BigInt", package: "BigInt"),
            ]),

        // Floor 6
        .target(
            name: "Shell",
            dependencies: [
                "CLibEdit", "Distribution", "EPMD", "Language", "Node", "Processes", "Support", "Tables", "Terms",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Floor 7
        .executableTarget(
            name: "beamsh",
            dependencies: [
                "Distribution", "EPMD", "Language", "Node", "Shell", "Support", "Terms",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // For tests only
        .target(name: "CPtyKit"),
        .target(name: "TestKit", dependencies: ["CPtyKit", "CSupport", "Support"]),
        .executableTarget(name: "EditorProbe", dependencies: ["Shell", "Support"]),

        // Tests mirror Sources.
        .testTarget(name: "SupportTests", dependencies: ["Support"]),
        .testTarget(
            name: "TermsTests", dependencies: ["Terms", .product(name: "BigInt", package: "BigInt")],
            exclude: [
                "Oracle/compare.escript", "Text/format.escript", "Text/inspect.exs", "Text/print.escript", "Vectors",
            ]),
        .testTarget(
            name: "TablesTests",
            dependencies: ["Tables", "Terms", "Support", .product(name: "BigInt", package: "BigInt")]),
        .testTarget(
            name: "LanguageTests", dependencies: ["Language", "Processes", "Terms", "TestKit"],
            exclude: [
                "Elixir/compare.exs",
                "Elixir/corpus.txt",
                "Elixir/modules.txt",
                "Erlang/Corpus",
                "Erlang/forms.escript",
                "Erlang/lint.escript",
                "Erlang/records.escript",
                "Library/elixir_calls.exs",
                "Library/elixir_calls.txt",
                "Library/erlang_calls.txt",
                "Library/library_table.escript",
            ]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Language", "Node", "Processes", "Shell", "Support", "Terms", "TestKit"], exclude: ["Corpus"]
        ),
        .testTarget(name: "NodeTests", dependencies: ["Node", "Processes", "Terms"]),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", "Support", "Terms"]),
        .testTarget(
            name: "DistributionProtocolTests", dependencies: ["DistributionProtocol", "Support", "Terms"],
            exclude: ["Vectors"]),
        .testTarget(
            name: "EPMDTests",
            dependencies: [
                "EPMD", "TestKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Vectors"]),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "Distribution", "DistributionProtocol", "Node", "Processes", "Terms", "TestKit",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "CLITests", dependencies: ["TestKit", "beamsh"], exclude: ["Scripts"]),
        .testTarget(name: "ShellTests", dependencies: ["Shell", "TestKit", "EditorProbe"]),
        .testTarget(name: "TestKitTests", dependencies: ["TestKit"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
    // The gates build with warnings as errors; a newer compiler's warnings keep nobody from building.
    if Context.environment["BEAMSH_STRICT"] != nil {
        target.swiftSettings?.append(.treatAllWarnings(as: .error))
    }
}
