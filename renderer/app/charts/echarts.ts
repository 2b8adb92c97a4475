/** ECharts with the parts in use and no others. */
import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([CustomChart, LineChart, GridComponent, CanvasRenderer]);

export { init, type ECharts };
export type ChartOption = EChartsCoreOption;
