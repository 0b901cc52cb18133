using OxyPlot;

namespace MissBgm.Report.Charts;

/// <summary>A colour with a role, in light and in dark surroundings.</summary>
/// <param name="Name">The role, which style sheets know it by.</param>
/// <param name="Light">On a light ground, #rrggbb.</param>
/// <param name="Dark">On a dark ground.</param>
internal sealed record Tone(string Name, string Light, string Dark)
{
    /// <summary>Texts and axes.</summary>
    internal static Tone Ink { get; } = new("ink", "#1c2733", "#e6edf3");

    /// <summary>Labels of axes.</summary>
    internal static Tone Muted { get; } = new("muted", "#566473", "#9fb0c0");

    /// <summary>Lines of a grid.</summary>
    internal static Tone Grid { get; } = new("grid", "#dfe5ea", "#2f3b47");

    /// <summary>The ground.</summary>
    internal static Tone Ground { get; } = new("ground", "#ffffff", "#161d25");

    /// <summary>What was observed. Blue and orange are told apart whatever one's sight of colours (Okabe and Ito 2008).</summary>
    internal static Tone Observed { get; } = new("observed", "#1f6fb2", "#62b0f0");

    /// <summary>What was missing and is imputed.</summary>
    internal static Tone Imputed { get; } = new("imputed", "#c8520a", "#ff9e4f");

    /// <summary>Bounds and limits.</summary>
    internal static Tone Limit { get; } = new("limit", "#a3224a", "#ff7d9c");

    /// <summary>Series beside one another, told apart by brightness as well (Tol's bright scheme, darkened to stand on white).</summary>
    internal static IReadOnlyList<Tone> Series { get; } =
    [
        new("s1", "#1f6fb2", "#62b0f0"), new("s2", "#c8520a", "#ff9e4f"), new("s3", "#1b7a3d", "#6bd08f"), new("s4", "#8a3a8f", "#d79bdc"),
        new("s5", "#8a6d00", "#e3c63f"), new("s6", "#0b7d86", "#5fd3dc"), new("s7", "#5d6773", "#aab6c2"), new("s8", "#1c2733", "#e6edf3"),
    ];

    /// <summary>All tones.</summary>
    internal static IEnumerable<Tone> All => new[] { Ink, Muted, Grid, Ground, Observed, Imputed, Limit }.Concat(Series);

    /// <summary>The colour as charts have it.</summary>
    internal OxyColor Color => OxyColor.Parse(Light);

    /// <summary>The same, let through by what is beneath.</summary>
    /// <param name="opacity">0 to 1.</param>
    internal OxyColor Faint(double opacity) => OxyColor.FromAColor((byte)Math.Round(255 * Math.Clamp(opacity, 0, 1)), Color);

    /// <summary>The style rules by which marks of charts change their colours on a dark ground.</summary>
    internal static string DarkRules => string.Concat(All.Select(tone => $".f-{tone.Name}{{fill:{tone.Dark}}}.k-{tone.Name}{{stroke:{tone.Dark}}}"));
}
