namespace MissBgm.Report.Pages;

/// <summary>How to cite what a page rests on.</summary>
internal static class Citation
{
    private const string MissBgm = "Qiao Liu. Missingness-aware Data Imputation via AI-powered Bayesian Generative Modeling.";
    private const string PfnFlow = "Chen Liang et al. Nearly Optimal Bayesian Inference for Structural Missingness.";

    /// <summary>The section.</summary>
    /// <param name="fitted">Whether the model is a MissBGM model; else it is a PFN-Flow network.</param>
    /// <param name="version">The program's version.</param>
    internal static Html Of(bool fitted, string version)
    {
        var (key, title, author) = fitted
            ? ("missbgm", "Missingness-aware Data Imputation via {AI}-powered {Bayesian} Generative Modeling", "Liu, Qiao")
            : ("pfnflow", "Nearly Optimal {Bayesian} Inference for Structural Missingness", "Liang, Chen and others");
        return Html.Of(
            $$"""
            <p>Please cite the method, and say which version of the program you used and with which seed:</p>
            <p>{{(fitted ? MissBgm : PfnFlow)}} Computed with MissBGM Toolchain {{version}}.</p>
            <pre>@unpublished{{{new Html("{")}}{{key}},
              author = {{new Html("{")}}{{author}}{{new Html("}")}},
              title = {{new Html("{")}}{{title}}{{new Html("}")}},
              note = {{new Html("{")}}Computed with MissBGM Toolchain {{version}}{{new Html("}")}}
            }</pre>
            """);
    }
}
