using McMaster.Extensions.CommandLineUtils.Abstractions;
using MissBgm.Runtime.Analysis;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sensitivity;

namespace MissBgm.CommandLine;

/// <summary>
/// The types of options that are no texts. The library asks for their parsers by reflection: a program compiled ahead of time has those that are
/// named here.
/// </summary>
internal static class OptionTypes
{
    /// <summary>Names them.</summary>
    internal static void Name(ValueParserProvider parsers)
    {
        OneOf<int>(parsers);
        OneOf<ulong>(parsers);
        OneOf<double>(parsers);
        OneOf<bool>(parsers);
        OneOf<LogFormat>(parsers);
        OneOf<ComputeDevice>(parsers);
        OneOf<SamplerKind>(parsers);
        OneOf<RegressionFamily>(parsers);
        OneOf<SensitivityParameter>(parsers);
    }

    private static void OneOf<T>(ValueParserProvider parsers)
        where T : struct
    {
        parsers.GetParser<T>();
        parsers.GetParser<T?>();
    }
}
