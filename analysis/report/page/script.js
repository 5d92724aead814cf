// Draws the charts that the page carries as data. Nothing is fetched and nothing leaves the page.
(function () {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const config = {displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false, doubleClick: false,
                  showSendToCloud: false, showEditInChartStudio: false, plotlyServerURL: ""};
  const printedWidth = 640;
  for (const name of Object.keys(charts)) {
    Plotly.newPlot(name, charts[name].data, charts[name].layout, config);
  }
  function wide(width) {
    for (const name of Object.keys(charts)) {
      const room = document.getElementById(name);
      Plotly.relayout(room, width ? {width: Math.min(width, room.clientWidth || width)} : {width: null, autosize: true});
    }
  }
  window.addEventListener("beforeprint", function () { wide(printedWidth); });
  window.addEventListener("afterprint", function () { wide(0); });
})();
